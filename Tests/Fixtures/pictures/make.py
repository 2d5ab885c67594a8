"""Makes the pictures of this folder, and what Pillow, transformers and OpenCLIP make of them.

Made with Pillow 13.0, transformers 5.24 and open_clip_torch 3.3: python make.py
"""

import base64
import io
import json
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image, ImageCms
from transformers import BitImageProcessorPil, CLIPImageProcessorPil, ViTImageProcessorPil

warnings.simplefilter("ignore")
FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 23, 17


def picture(width=WIDTH, height=HEIGHT):
    """Waves, an edge in each direction, and noise in a corner."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([127 + 120 * np.sin(x / 3 + y / 7), 127 + 120 * np.cos(y / 4), (x * 11 + y * 5) % 256], -1)
    rgb[y > 2 * x] = (250, 10, 30)
    rgb[: height // 3, width // 2 :] = np.random.RandomState(7).randint(0, 256, (height // 3, width - width // 2, 3))
    return rgb.clip(0, 255).astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, color_type, bit_depth=8, interlaced=False, before=b"", idat=1 << 30, width=None):
    """A PNG file of [height, width, channels], without filters."""
    height = pixels.shape[0]
    width = width or pixels.shape[1]
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    lines = b""
    for left, top, dx, dy in passes:
        for row in pixels[top::dy, left::dx]:
            if len(row):
                lines += b"\0" + row.astype(">u2" if bit_depth == 16 else np.uint8).tobytes()
    data = zlib.compress(lines)
    header = struct.pack(">IIBBBBB", width, height, bit_depth, color_type, 0, 0, int(interlaced))
    parts = [chunk(b"IDAT", data[i : i + idat]) for i in range(0, len(data), idat)]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + b"".join(parts) + chunk(b"IEND", b"")


def packed(data, bit_depth):
    """A grey PNG file of [height, bytes] with several pixels in a byte."""
    return png(data[..., None], 0, bit_depth, width=data.shape[1] * 8 // bit_depth)


def save(image, format, **options):
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def files():
    rgb = picture()
    image = Image.fromarray(rgb)
    grey = np.array(image.convert("L"))[..., None]
    alpha = (np.mgrid[0:HEIGHT, 0:WIDTH][1][..., None] * 11 % 256).astype(np.uint8)
    wide = np.random.RandomState(3).randint(0, 65536, (HEIGHT, WIDTH, 4))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()[:300]
    palette = image.quantize(16)
    exif = Image.Exif()
    exif[0x112] = 6

    yield "rgb.png", save(image, "PNG")
    yield "grey.png", save(image.convert("L"), "PNG")
    yield "grey1.png", save(image.convert("1"), "PNG")
    # Four levels in a byte, 24 in a line.
    yield "grey2.png", packed(np.arange(18, dtype=np.uint8).reshape(3, 6) * 13, 2)
    yield "grey4.png", packed(np.arange(18, dtype=np.uint8).reshape(3, 6) * 13, 4)
    yield "palette8.png", save(image.quantize(200), "PNG")
    yield "palette4.png", save(palette, "PNG", bits=4)
    yield "palette1.png", save(image.quantize(2), "PNG", bits=1)
    yield "palette-transparent.png", save(palette, "PNG", transparency=bytes([0, 100, 200, 255]))
    yield "rgb-transparent.png", save(image, "PNG", transparency=tuple(int(v) for v in rgb[3, 3]))
    yield "rgba.png", save(Image.fromarray(np.concatenate([rgb, alpha], -1)), "PNG")
    yield "grey-alpha.png", png(np.concatenate([grey, alpha], -1), 4)
    yield "interlaced.png", png(rgb, 2, interlaced=True)
    yield "interlaced-rgba.png", png(np.concatenate([rgb, alpha], -1), 6, interlaced=True)
    yield "gamma.png", png(rgb, 2, before=chunk(b"gAMA", struct.pack(">I", 100_000)))
    yield "profile.png", png(rgb, 2, before=chunk(b"iCCP", b"x\0\0" + zlib.compress(profile)))
    yield "many-chunks.png", png(rgb, 2, idat=100)
    yield "rgb16.png", png(wide[..., :3], 2, 16)
    yield "rgba16.png", png(wide, 6, 16)
    yield "grey-alpha16.png", png(wide[..., :2], 4, 16)
    yield "grey16.png", png(wide[..., :1], 0, 16)
    yield "1x9.png", save(Image.fromarray(picture(1, 9)), "PNG")

    for sampling, name in enumerate(["444", "422", "420"]):
        yield f"{name}.jpg", save(image, "JPEG", quality=85, subsampling=sampling)
    yield "progressive.jpg", save(image, "JPEG", quality=90, progressive=True)
    yield "grey.jpg", save(image.convert("L"), "JPEG")
    yield "rgb.jpg", save(image, "JPEG", quality=90, keep_rgb=True)
    yield "restarts.jpg", save(image, "JPEG", restart_marker_blocks=1)
    yield "turned.jpg", save(image, "JPEG", exif=exif)
    yield "profile.jpg", save(image, "JPEG", icc_profile=bytes(range(256)) * 30)
    cmyk = save(image.convert("CMYK"), "JPEG", quality=90)
    yield "cmyk.jpg", cmyk
    # The last byte of Adobe's segment says how the channels are coded.
    place = cmyk.index(b"Adobe") + 11
    yield "ycck.jpg", cmyk[:place] + b"\2" + cmyk[place + 1 :]
    yield "1x9.jpg", save(Image.fromarray(picture(1, 9)), "JPEG")
    yield "tall.png", save(Image.fromarray(picture(9, 31)), "PNG")


def answer(pixels, **more):
    return {
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "rgb": base64.b64encode(pixels.astype(np.uint8).tobytes()).decode(),
        **more,
    }


def decoded(name):
    return np.array(Image.open(FOLDER / name).convert("RGB"))


def resized():
    for name in ["rgb.png", "tall.png"]:
        for width, height in [(9, 7), (29, 19), (1, 1), (WIDTH, 20), (40, 5), (5, 17)]:
            for filter in range(6):
                pixels = np.array(Image.open(FOLDER / name).convert("RGB").resize((width, height), filter))
                yield answer(pixels, file=name, filter=filter)


def prepared():
    clip, bit, vit = CLIPImageProcessorPil, BitImageProcessorPil, ViTImageProcessorPil
    cases = [
        (clip, {"size": {"shortest_edge": 10}, "crop_size": {"height": 8, "width": 8}}),
        (clip, {"size": 10, "crop_size": 10}),
        (clip, {"size": {"shortest_edge": 7}, "crop_size": 12, "resample": 2}),
        (clip, {"do_resize": False, "crop_size": {"height": 20, "width": 10}}),
        (clip, {"do_resize": False, "crop_size": {"height": 10, "width": 30}}),
        (bit, {"size": {"shortest_edge": 11}, "crop_size": {"height": 8, "width": 9}, "resample": 3}),
        (bit, {"size": {"shortest_edge": 11}, "do_center_crop": False}),
        (vit, {"size": 9}),
        (vit, {"size": {"height": 6, "width": 13}, "resample": 1}),
        (vit, {"size": {"shortest_edge": 9}, "do_center_crop": True, "crop_size": 9}),
        (vit, {"do_resize": False}),
    ]
    for kind, settings in cases:
        for name in ["rgb.png", "tall.png", "420.jpg"]:
            processor = kind(**settings, do_rescale=False, do_normalize=False)
            pixels = np.array(processor(Image.open(FOLDER / name).convert("RGB"))["pixel_values"][0])
            configuration = {"image_processor_type": kind.__name__.removesuffix("Pil"), **settings}
            yield answer(pixels.transpose(1, 2, 0), file=name, configuration=json.dumps(configuration))


def prepared_by_open_clip():
    cases = [
        {"size": 10},
        {"size": [8, 8], "interpolation": "bilinear"},
        {"size": 19, "resize_mode": "shortest", "interpolation": "bicubic"},
        {"size": 9, "resize_mode": "squash", "interpolation": "bilinear"},
        {"size": [6, 13], "resize_mode": "squash"},
    ]
    for settings in cases:
        for name in ["rgb.png", "tall.png", "420.jpg"]:
            image = Image.open(FOLDER / name).convert("RGB")
            # The last two make numbers of the bytes.
            for step in image_transform_v2(PreprocessCfg(**settings), is_train=False).transforms[:-2]:
                image = step(image)
            yield answer(np.array(image), file=name, configuration=json.dumps({"preprocess_cfg": settings}))


def write(name, cases):
    (FOLDER / name).write_text(json.dumps(list(cases), indent=0) + "\n")


def main():
    names = []
    for name, content in files():
        (FOLDER / name).write_bytes(content)
        names.append(name)
    # Pillow clips 16-bit grey, and it is refused.
    write("decoded.json", (answer(decoded(name), file=name) for name in names if name != "grey16.png"))
    write("resized.json", resized())
    write("prepared.json", prepared())
    write("prepared-openclip.json", prepared_by_open_clip())


if __name__ == "__main__":
    main()
