using System.Diagnostics;
using System.Text.RegularExpressions;
using k8s.Models;

namespace Vagus.Architecture.Tests;

/// <summary>The manifests among themselves: ports, names, labels, mounts; and what kustomize makes of them.</summary>
public sealed class KubernetesWiringTests
{
    private const string Polling = "vagus-polling";
    private static readonly V1Container Server = Manifests.Container(Manifests.Deployment.Spec.Template);
    private static readonly List<V1Service> Services = [.. Manifests.All.OfType<V1Service>()];

    [Fact]
    public void The_ports_of_the_container_are_those_where_the_server_listens()
    {
        var settings = Manifests.Variables(Manifests.Deployment.Spec.Template);
        var ports = Server.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);

        Assert.Equal($"http://*:{ports["http"]}", settings["VAGUS_URLS"]);
        Assert.Equal($"http://*:{ports["management"]}", settings["VAGUS_MANAGEMENT_URLS"]);
        Assert.Contains($"EXPOSE {ports["http"]} {ports["management"]}\n", Repository.Text("deploy/Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_port_that_is_named_is_one_of_the_container()
    {
        var policies = Policy("vagus-in").Spec.Ingress.SelectMany(rule => rule.Ports);
        V1Probe[] probes = [Server.StartupProbe, Server.LivenessProbe, Server.ReadinessProbe];
        var named = Services.SelectMany(service => service.Spec.Ports).Select(port => port.TargetPort.Value)
            .Concat(policies.Select(port => port.Port.Value))
            .Concat(probes.Select(probe => probe.HttpGet.Port.Value));

        Findings.MustBeNone(named.Except(Server.Ports.Select(port => port.Name)));
    }

    [Fact]
    public void Every_selector_finds_the_servers_and_no_backup()
    {
        var selectors = Services.Select(service => service.Spec.Selector)
            .Append(Manifests.All.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels)
            .Append(Manifests.Deployment.Spec.Selector.MatchLabels)
            .Append(Manifests.Deployment.Spec.Template.Spec.TopologySpreadConstraints.Single().LabelSelector.MatchLabels)
            .Append(Policy("vagus-in").Spec.PodSelector.MatchLabels);

        Assert.All(selectors, selector => Assert.True(Finds(selector, Manifests.Deployment.Spec.Template)));
        foreach (var backup in Manifests.Backups.Select(job => job.Spec.JobTemplate.Spec.Template))
            Assert.All(selectors, selector => Assert.False(Finds(selector, backup)));
    }

    [Fact]
    public void The_proxy_and_Prometheus_come_in_each_at_its_port_and_no_other()
    {
        var rules = Policy("vagus-in").Spec.Ingress.Select(rule => (
            Peer: rule.FromProperty.Single().PodSelector.MatchLabels["app.kubernetes.io/name"], Port: rule.Ports.Single().Port.Value));

        Assert.Equal([("traefik", "http"), ("prometheus", "management")], rules);
        Assert.All(Manifests.Pods, pod => Assert.True(Finds(Policy("vagus-out").Spec.PodSelector.MatchLabels, pod)));
        Assert.Equal(["Ingress", "Egress"], Policy("vagus-out").Spec.PolicyTypes);
    }

    [Fact]
    public void What_goes_out_has_a_peer_and_a_port()
    {
        var rules = Policy("vagus-out").Spec.Egress;

        Assert.All(rules, rule => Assert.NotEmpty(rule.To));
        Assert.DoesNotContain(rules.SelectMany(rule => rule.To), peer => peer.IpBlock?.Cidr == "0.0.0.0/0");
        Assert.Equal(
            ["53", "53", "5432", "4222", "443", "587"], rules.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
    }

    [Fact]
    public void Polling_alone_is_sticky()
    {
        var paths = Manifests.All.OfType<V1Ingress>().Single().Spec.Rules.Single().Http.Paths
            .ToDictionary(path => path.Path, path => path.Backend.Service);

        Assert.Equal(Polling, paths["/socket.io/"].Name);
        Assert.Equal([Polling], Services.Where(IsSticky).Select(service => service.Metadata.Name));
        Findings.MustBeNone(paths.Where(path => path.Key != "/socket.io/" && path.Value.Name == Polling).Select(path => path.Key));
        Assert.All(paths.Values, backend => Assert.Contains(
            Services.Single(service => service.Metadata.Name == backend.Name).Spec.Ports, port => port.Name == backend.Port.Name));
        Assert.Contains("MapSocketIO(\"/socket.io/\"", Repository.Text("src/Vagus.Realtime/RealtimeFeature.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mount_has_a_volume_and_every_file_that_a_setting_names_is_mounted()
    {
        var kustomization = Repository.Text("deploy/kubernetes/example/kustomization.yaml");
        var files = Manifests.Lines("settings.env").Values.Where(value => value.StartsWith('/'))
            .Concat(Regex.Matches(
                Repository.Text("deploy/kubernetes/example/secrets.example.env"), "Root Certificate=(?<file>[^; \n]+)",
                RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["file"].Value)).ToList();

        Assert.True(files.Count >= 2, "The files were not found.");
        foreach (var pod in Manifests.Pods)
        {
            var mounts = Manifests.Container(pod).VolumeMounts.ToDictionary(mount => mount.MountPath, mount => mount.Name);
            Assert.Equal(pod.Spec.Volumes.Select(volume => volume.Name).Order(), mounts.Values.Order());
            foreach (var file in files)
            {
                var map = pod.Spec.Volumes.Single(volume => volume.Name == mounts[Path.GetDirectoryName(file)!]).ConfigMap.Name;
                Assert.Contains($"- name: {map}\n    files: [{Path.GetFileName(file)}]", kustomization, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Backups_go_to_volumes_of_their_own_and_keys_to_another_than_the_data()
    {
        var claims = Manifests.All.OfType<V1PersistentVolumeClaim>().Select(claim => claim.Metadata.Name).ToList();
        var used = Manifests.Backups.Select(job => job.Spec.JobTemplate.Spec.Template.Spec.Volumes
            .Single(volume => volume.PersistentVolumeClaim is not null).PersistentVolumeClaim.ClaimName).ToList();

        Assert.Equal(claims, used);
        Assert.Equal(2, used.Distinct().Count());
        foreach (var container in Manifests.Backups.Select(job => Manifests.Container(job.Spec.JobTemplate.Spec.Template)))
        {
            Assert.Contains(
                container.VolumeMounts, mount => container.Args[^1].StartsWith(mount.MountPath + "/$(JOB)", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Kustomize_puts_the_example_together_and_leaves_labels_as_they_are()
    {
        if (!File.Exists("/usr/bin/kubectl")) Assert.Skip("kubectl is not installed.");
        var folder = Directory.CreateTempSubdirectory("vagus-kustomize-").FullName;
        Copy(Path.Combine(Repository.Root, Manifests.Folder), folder);
        File.Copy(Path.Combine(folder, "example", "secrets.example.env"), Path.Combine(folder, "example", "secrets.env"));
        await File.WriteAllTextAsync(Path.Combine(folder, "example", "ca.pem"), "");
        using var kustomize = Process.Start(new ProcessStartInfo("/usr/bin/kubectl", ["kustomize", Path.Combine(folder, "example")])
        {
            RedirectStandardOutput = true,
        })!;
        var made = await kustomize.StandardOutput.ReadToEndAsync();
        await kustomize.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);

        Assert.Equal(0, kustomize.ExitCode);
        var objects = made.Split("\n---\n").Where(each => !each.Contains("monitoring.coreos.com", StringComparison.Ordinal))
            .SelectMany(Manifests.Parse).ToList();
        Assert.Null(objects.OfType<V1Deployment>().Single().Spec.Replicas);
        Assert.Equal(
            Policy("vagus-in").Spec.Ingress.Select(rule => rule.FromProperty.Single().PodSelector.MatchLabels),
            objects.OfType<V1NetworkPolicy>().Single(each => each.Metadata.Name == "vagus-in").Spec.Ingress
                .Select(rule => rule.FromProperty.Single().PodSelector.MatchLabels));
        Assert.DoesNotMatch(@"image: vagus\s", made);
        Assert.DoesNotMatch(@"name: vagus-(settings|secrets|authorities)\s", made);
    }

    private static V1NetworkPolicy Policy(string name) =>
        Manifests.All.OfType<V1NetworkPolicy>().Single(policy => policy.Metadata.Name == name);

    private static bool Finds(IDictionary<string, string> selector, V1PodTemplateSpec pod) =>
        selector.Count > 0 && selector.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    private static bool IsSticky(V1Service service) =>
        service.Spec.SessionAffinity is not null
        || service.Metadata.Annotations?.Keys.Any(key => key.Contains("sticky", StringComparison.Ordinal)) == true;

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
