"""Checks an MPIJob, and that it fits the image. Run by the script 'manifest' beside this file.

The MPI operator's definition of an MPIJob holds a whole pod template twice, which Kubernetes' own schemas describe better. So the
templates are checked by those, and the few fields around them by MPIJOB below, written from the operator's documentation of
kubeflow.org/v2beta1.
"""

import copy
import pathlib
import re
import sys

import jsonschema
import kubernetes_validate
import yaml

VERSIONS = ["1.27", "1.31", "1.37"]


def fields(required=(), **properties):
    """An object that has no other fields."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
SOME = {"type": "integer", "minimum": 1}
FLAG = {"type": "boolean"}
REPLICA = fields(
    ["template"], replicas=SOME, restartPolicy={"enum": ["Never", "OnFailure"]}, template={"type": "object"})
MPIJOB = fields(
    ["apiVersion", "kind", "metadata", "spec"],
    apiVersion={"const": "kubeflow.org/v2beta1"},
    kind={"const": "MPIJob"},
    metadata={"type": "object", "required": ["name"]},
    spec=fields(
        ["mpiReplicaSpecs"],
        slotsPerWorker=SOME,
        runLauncherAsWorker=FLAG,
        sshAuthMountPath={"type": "string", "pattern": "^/"},
        launcherCreationPolicy={"enum": ["AtStartup", "WaitForWorkersReady"]},
        mpiImplementation={"enum": ["OpenMPI", "Intel", "MPICH"]},
        mpiReplicaSpecs=fields(["Launcher", "Worker"], Launcher=REPLICA, Worker=REPLICA),
        runPolicy=fields(
            cleanPodPolicy={"enum": ["None", "Running", "All"]},
            ttlSecondsAfterFinished=COUNT,
            activeDeadlineSeconds=SOME,
            backoffLimit=COUNT,
            suspend=FLAG,
            managedBy=TEXT,
            schedulingPolicy=fields(
                minAvailable=SOME, queue=TEXT, minResources={"type": "object"}, priorityClass=TEXT,
                scheduleTimeoutSeconds=COUNT))))


def quantity(text):
    """A Kubernetes quantity as a number: of cores or of bytes."""
    number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text)).groups()
    return float(number) * {"": 1, "m": 1e-3, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}[unit]


class Image:
    """What the files beside the manifest say of the image."""

    def __init__(self, folder):
        dockerfile = (folder / "Dockerfile").read_text()
        runtime = dockerfile[dockerfile.rindex("\nFROM "):]
        self.copied = dict(reversed(line.split()[-2:]) for line in runtime.splitlines() if line.startswith("COPY "))
        self.uid, self.user = re.search(r"useradd --uid ([0-9]+) .* ([a-z]+)$", runtime, re.M).groups()
        self.last_user = re.findall(r"^USER (.+)$", runtime, re.M)[-1]
        self.packages = set(re.search(r"--no-install-recommends(.*?)&& rm", runtime, re.S).group(1).split())
        self.sshd = self.options(folder / "sshd_config")
        self.ssh = self.options(folder / "ssh_config")

    @staticmethod
    def options(path):
        lines = (line.split(None, 1) for line in path.read_text().splitlines() if line.strip() and line.strip()[0] != "#")
        return {line[0]: line[1].strip() for line in lines}


def mca(arguments):
    """The settings that mpirun is given."""
    return {arguments[i + 1]: arguments[i + 2] for i, word in enumerate(arguments) if word == "--mca"}


def findings(job, image):
    """What is wrong with a manifest."""
    problems = [
        f"{'.'.join(map(str, error.absolute_path)) or 'the manifest'}: {error.message}"
        for error in jsonschema.Draft202012Validator(MPIJOB).iter_errors(job)]
    if problems:
        return problems
    replicas = job["spec"]["mpiReplicaSpecs"]
    for role, replica in replicas.items():
        wrapped = {
            "apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": role.lower()}, "template": replica["template"]}
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(wrapped, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                problems.append(f"{role}, Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}")
    if problems:
        return problems

    def expect(condition, problem):
        if not condition:
            problems.append(problem)

    launcher, worker = (replicas[role]["template"]["spec"] for role in ("Launcher", "Worker"))
    launching, working = launcher["containers"][0], worker["containers"][0]
    arguments = launching["args"]
    settings = mca(arguments)

    # The image
    expect(launching["image"] == working["image"], "launcher and workers have different images")
    home = f"/home/{image.user}/.ssh"
    expect(job["spec"]["sshAuthMountPath"] == home, f"sshAuthMountPath is not the .ssh of the image's user, {home}")
    expect(image.last_user == image.user, "the image does not end as its user")
    for role, pod in (("launcher", launcher), ("worker", worker)):
        expect(pod["securityContext"]["runAsUser"] == int(image.uid), f"the {role} does not run as the image's user")
        expect(pod["securityContext"]["fsGroup"] == int(image.uid), f"the {role} may not write to its volumes")
    for option in ("HostKey", "AuthorizedKeysFile"):
        expect(image.sshd[option].startswith(home + "/"), f"sshd_config: {option} is not among the mounted keys")
    port = int(image.sshd["Port"])
    expect(port > 1023, "without root sshd cannot have a port below 1024")
    expect(image.ssh["Port"] == str(port), "ssh and sshd have different ports")
    expect(working["readinessProbe"]["tcpSocket"]["port"] == port, "the readiness probe asks another port than sshd's")
    expect(working["command"] == ["/usr/sbin/sshd"], "a worker's first process is not sshd")
    expect("-De" in working["args"], "sshd has to stay (-D) and to log to the pod's log (-e)")
    expect(working["args"][-1] in image.copied, "the image lacks the sshd_config that the worker names")
    expect(f"/usr/local/bin/{launching['command'][0]}" in image.copied, "the image lacks the launcher's command")
    expect({"openmpi-bin", "openssh-server", "openssh-client", "procps"} <= image.packages, "the image lacks a package")

    # The job
    expect(replicas["Launcher"].get("replicas") == 1, "there has to be one launcher")
    expect(all(replica.get("restartPolicy") == "OnFailure" for replica in replicas.values()), "a pod is not started again")
    expect(job["spec"]["runPolicy"].get("backoffLimit", 0) > 0, "the launcher is never started again")
    expect(arguments[0] == "mpirun" and "--resume" in arguments, "the launcher does not resume")
    expect("-n" not in arguments and "-np" not in arguments, "the number of ranks is the number of slots")
    for layer in ("btl", "oob"):
        expect(settings.get(f"{layer}_tcp_if_include") == "eth0", f"{layer}_tcp_if_include is not the pods' interface")
    # Without these settings Open MPI has 300 s, 20 s and 9.
    idle, interval, probes = (
        int(settings.get(f"oob_tcp_keepalive_{name}", usual))
        for name, usual in (("time", 300), ("intvl", 20), ("probes", 9)))
    expect(0 < idle and idle + interval * probes <= 120, "a node that no longer answers is noticed too late")
    patience = int(settings.get("odls_base_sigkill_timeout", 1))
    expect(patience > 1, "odls_base_sigkill_timeout is too short for a checkpoint")
    for role, pod in (("launcher", launcher), ("worker", worker)):
        grace = pod.get("terminationGracePeriodSeconds", 30)
        expect(grace >= max(120, 4 * patience), f"the {role} has only {grace} s for a step and its checkpoint")
    leaving = " ".join(working.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", []))
    expect("pkill -USR1 -x adarank" in leaving, "a worker that has to go does not tell its rank")

    # Cores, memory, volumes
    limits, requests = working["resources"]["limits"], working["resources"]["requests"]
    expect(limits == requests, "a worker's requests are not its limits")
    expect(arguments[arguments.index("--bind-to") + 1] == "none" if "--bind-to" in arguments else False,
           "mpirun must not bind ranks: limits on CPU are not cores")
    threads = [word.split("=")[1] for word in arguments if word.startswith("ADARANK_THREADS=")]
    slots = job["spec"].get("slotsPerWorker", 1)
    expect(len(threads) == 1 and int(threads[0]) * slots == quantity(limits["cpu"]),
           "threads times slots are not a worker's cores")
    volumes = {volume["name"]: volume for volume in worker["volumes"]}
    mounts = {mount["mountPath"]: mount["name"] for mount in working["volumeMounts"]}
    for pod in (launcher, worker):
        names = {volume["name"] for volume in pod["volumes"]}
        for mount in pod["containers"][0]["volumeMounts"]:
            expect(mount["name"] in names, f"the volume '{mount['name']}' is mounted, but does not exist")
    shared = volumes.get(mounts.get("/dev/shm"), {}).get("emptyDir", {})
    expect(shared.get("medium") == "Memory", "/dev/shm is not memory")
    expect("sizeLimit" in shared and quantity(shared["sizeLimit"]) < quantity(limits["memory"]),
           "/dev/shm has no size, or all of the pod's memory")
    claims = [{m["mountPath"]: v["persistentVolumeClaim"] for v in pod["volumes"] if "persistentVolumeClaim" in v
               for m in pod["containers"][0]["volumeMounts"] if m["name"] == v["name"]} for pod in (launcher, worker)]
    expect(claims[0] == claims[1] and claims[0], "launcher and workers do not see the same files")
    inside = tuple(f"{path}/" for path in claims[0])
    named = [word for word in arguments[arguments.index("merge") + 1:] if not word.startswith("-")]
    expect(all(word.startswith(inside) for word in named), "recipe and output are not on the shared volume")
    labels = worker["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]
    labels = labels["podAffinityTerm"]["labelSelector"]["matchLabels"]
    expect(labels["training.kubeflow.org/job-name"] == job["metadata"]["name"], "the affinity names another job")
    return problems


def set_at(path, value):
    """A change that sets one field, or removes it where the value is None."""

    def change(job):
        *parents, last = path
        for key in parents:
            job = job[key]
        if value is None:
            del job[last]
        else:
            job[last] = value

    return change


def replaced(path, old, new):
    """A change of one word in a list; an empty list removes it."""

    def change(job):
        for key in path:
            job = job[key]
        index = job.index(old)
        job[index:index + 1] = new

    return change


SPEC = ["spec"]
ROLES = {role: ["spec", "mpiReplicaSpecs", role] for role in ("Launcher", "Worker")}
PODS = {role: [*path, "template", "spec"] for role, path in ROLES.items()}
FIRST = {role: [*path, "containers", 0] for role, path in PODS.items()}
ARGUMENTS = [*FIRST["Launcher"], "args"]

# Mistakes that people make, each in one place.
MISTAKES = {
    "a version of the operator's that is gone": set_at(["apiVersion"], "kubeflow.org/v1"),
    "a field's name misspelt": set_at([*SPEC, "slotsPerWorkers"], 1),
    "slots as text": set_at([*SPEC, "slotsPerWorker"], "1"),
    "a run policy one level too high": set_at([*SPEC, "backoffLimit"], 3),
    "a clean-up that does not exist": set_at([*SPEC, "runPolicy", "cleanPodPolicy"], "Always"),
    "another MPI": set_at([*SPEC, "mpiImplementation"], "openmpi"),
    "a restart that the operator refuses": set_at([*ROLES["Worker"], "restartPolicy"], "Always"),
    "no workers": set_at(ROLES["Worker"], None),
    "two launchers": set_at([*ROLES["Launcher"], "replicas"], 2),
    "a launcher that stays down": set_at([*ROLES["Launcher"], "restartPolicy"], "Never"),
    "a template without containers": set_at([*PODS["Worker"], "containers"], None),
    "a container's field misspelt": set_at([*FIRST["Worker"], "volumeMount"], []),
    "a probe's port as an object": set_at([*FIRST["Worker"], "readinessProbe", "tcpSocket", "port"], {"number": 2222}),
    "a size without its name": set_at([*PODS["Worker"], "volumes", 1, "emptyDir"], ["Memory"]),
    "another image": set_at([*FIRST["Worker"], "image"], "adarank:old"),
    "another user": set_at([*PODS["Worker"], "securityContext", "runAsUser"], 0),
    "keys in root's home": set_at([*SPEC, "sshAuthMountPath"], "/root/.ssh"),
    "sshd's usual port": set_at([*FIRST["Worker"], "readinessProbe", "tcpSocket", "port"], 22),
    "sshd's usual settings": set_at([*FIRST["Worker"], "args"], ["-De"]),
    "no time to save": set_at([*PODS["Launcher"], "terminationGracePeriodSeconds"], None),
    "no word before a worker goes": set_at([*FIRST["Worker"], "lifecycle"], None),
    "no resuming": replaced(ARGUMENTS, "--resume", []),
    "a number of ranks": replaced(ARGUMENTS, "mpirun", ["mpirun", "-n", "4"]),
    "cores bound": replaced(ARGUMENTS, "none", ["core"]),
    "threads for other cores": replaced(ARGUMENTS, "ADARANK_THREADS=16", ["ADARANK_THREADS=8"]),
    "a silence of eight minutes": replaced(ARGUMENTS, "oob_tcp_keepalive_time", ["btl_tcp_links"]),
    "a second to save in": replaced(ARGUMENTS, "odls_base_sigkill_timeout", ["btl_tcp_links"]),
    "output in the pod": replaced(ARGUMENTS, "/work/merged", ["/tmp/merged"]),
    "less requested than allowed": set_at([*FIRST["Worker"], "resources", "requests", "cpu"], "8"),
    "a small /dev/shm": set_at([*FIRST["Worker"], "volumeMounts", 1, "mountPath"], "/shm"),
    "/dev/shm on disk": set_at([*PODS["Worker"], "volumes", 1, "emptyDir"], {"sizeLimit": "16Gi"}),
    "/dev/shm as large as the memory": set_at([*PODS["Worker"], "volumes", 1, "emptyDir", "sizeLimit"], "48Gi"),
    "a volume that does not exist": set_at([*FIRST["Worker"], "volumeMounts", 2, "name"], "scrap"),
    "another claim": set_at([*PODS["Launcher"], "volumes", 0, "persistentVolumeClaim", "claimName"], "mine"),
    "another job's name": set_at(["metadata", "name"], "cars"),
}


def main(folder):
    folder = pathlib.Path(folder)
    job = yaml.safe_load((folder / "mpijob.yaml").read_text())
    image = Image(folder)
    problems = findings(job, image)
    print("ok      the manifest" if not problems else "FAILED  the manifest")
    for problem in problems:
        print(f"  | {problem}")
    failed = bool(problems)
    for mistake, change in MISTAKES.items():
        broken = copy.deepcopy(job)
        change(broken)
        found = findings(broken, image)
        print(f"ok      {mistake}: {found[0]}"[:132] if found else f"FAILED  {mistake}: is not found")
        failed += not found
    print(f"{len(MISTAKES) + 1 - failed} passed, {int(failed)} failed")
    sys.exit(failed > 0)


main(sys.argv[1])
