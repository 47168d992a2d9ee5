using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using Vagus.Server;
using YamlDotNet.RepresentationModel;

namespace Vagus.Architecture.Tests;

/// <summary>deploy/kubernetes beside what it speaks of: the image, the settings, the metrics, the program's own limits.</summary>
public sealed partial class KubernetesTests
{
    private const string Rules = "deploy/kubernetes/monitoring/rules.yaml";
    private static readonly string Adapter = Repository.Text("deploy/kubernetes/autoscaling/adapter-rules.yaml");

    [Fact]
    public void Every_field_is_one_that_Kubernetes_has() => Assert.True(Manifests.All.Count >= 15, "The manifests were not found.");

    [Theory]
    [InlineData("readinessProbe:", "readynessProbe:")]
    [InlineData("replicas: 2", "replicas: two")]
    [InlineData("drop: [ALL]", "drop: ALL")]
    [InlineData("kind: Deployment", "kind: Deploiment")]
    [InlineData("memory: 1Gi", "memory: 1Gx")]
    public void A_field_that_Kubernetes_does_not_have_is_seen(string right, string wrong)
    {
        var text = Repository.Text("deploy/kubernetes/base/deployment.yaml");

        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Manifests.Parse(text.Replace(right, wrong, StringComparison.Ordinal)).ToList());
    }

    [Fact]
    public void Every_setting_is_one_that_the_server_reads()
    {
        var documented = Repository.Text("docs/operations/settings.md");
        var program = string.Concat(Repository.FilesEndingIn(".cs")
            .Where(file => file.StartsWith("src/Vagus.Server/", StringComparison.Ordinal)).Select(Repository.Text));
        var used = Manifests.Pods.SelectMany(pod => Manifests.Variables(pod).Keys)
            .Concat(Manifests.Lines("settings.env").Keys).Concat(Manifests.Lines("secrets.example.env").Keys).Distinct()
            .Where(name => !name.StartsWith("AWS_", StringComparison.Ordinal)).ToList();

        Assert.True(used.Count > 15, "The settings were not found.");
        Findings.MustBeNone(used.Where(name => !documented.Contains($"`{name}", StringComparison.Ordinal)));
        Findings.MustBeNone(used.Where(name => !program.Contains($"\"{name}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_secret_has_a_value_here()
    {
        Findings.MustBeNone(Manifests.Lines("secrets.example.env").Where(line => line.Value.Length > 0).Select(line => line.Key));
        Findings.MustBeNone(Manifests.Pods.SelectMany(pod => Manifests.Variables(pod).Keys).Concat(Manifests.Lines("settings.env").Keys)
            .Where(name => Secret().IsMatch(name)));
        Assert.DoesNotContain(Manifests.All, each => each is V1Secret);
        Assert.Contains("secrets.env", Repository.Text(".gitignore"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_pod_is_as_confined_as_the_image_allows()
    {
        var user = $"{Number("deploy/Dockerfile", "\nUSER (?<number>[0-9]+)\n")}";
        foreach (var pod in Manifests.Pods.Select(pod => pod.Spec))
        {
            var container = pod.Containers.Single();

            Assert.Equal((true, user), (pod.SecurityContext.RunAsNonRoot, $"{pod.SecurityContext.RunAsUser}"));
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Null(container.SecurityContext.Capabilities.Add);
            Assert.False(pod.AutomountServiceAccountToken);
            // A Service named vagus would put VAGUS_PORT and others among the settings.
            Assert.False(pod.EnableServiceLinks);
            Assert.Subset(container.Resources.Requests.Keys.ToHashSet(), (HashSet<string>)["cpu", "memory"]);
            Assert.Contains("memory", container.Resources.Limits.Keys);
        }
    }

    [Fact]
    public void Every_supervisor_waits_for_longer_than_the_server_needs_to_stop()
    {
        var pod = Manifests.Deployment.Spec.Template.Spec;
        var needed = Serving.EndsWithin.TotalSeconds;

        Assert.True(pod.Containers.Single().Lifecycle.PreStop.Sleep.Seconds >= 5, "The proxy needs a moment to learn that the pod goes.");
        Assert.True(pod.TerminationGracePeriodSeconds > needed + pod.Containers.Single().Lifecycle.PreStop.Sleep.Seconds, "Kubernetes");
        Assert.True(Number("deploy/compose.yaml", "stop_grace_period: (?<number>[0-9]+)s") > needed, "compose");
        Assert.True(Number("deploy/systemd/vagus.service", "TimeoutStopSec=(?<number>[0-9]+)") > needed, "systemd");
    }

    [Fact]
    public void The_autoscaler_asks_for_metrics_that_the_adapter_makes_of_ours()
    {
        var documented = Repository.Text("docs/operations/metrics.md");
        var made = Made().Matches(Adapter).Select(match => match.Groups["name"].Value).ToList();
        var read = Series().Matches(Made().Replace(Adapter, "")).Select(match => match.Value).Distinct().ToList();
        var metrics = Manifests.All.OfType<V2HorizontalPodAutoscaler>().Single().Spec.Metrics;

        Assert.True(read.Count >= 3, "The series were not found.");
        Findings.MustBeNone(read.Where(series => !documented.Contains($"`{series}`", StringComparison.Ordinal)));
        Assert.Equal(made.Order(), metrics.Select(metric => metric.Pods?.Metric.Name ?? metric.ObjectProperty.Metric.Name).Order());
        Assert.All(
            metrics.Select(metric => metric.ObjectProperty?.DescribedObject.Name).OfType<string>(),
            name => Assert.Contains(Manifests.All.OfType<V1Service>(), service => service.Metadata.Name == name));
    }

    [Fact]
    public void The_rules_of_the_operator_are_those_of_Prometheus()
    {
        var made = Rule(Repository.Text("deploy/prometheus/alerts.yml"));
        if (Environment.GetEnvironmentVariable("VAGUS_APPROVE") == "rules") File.WriteAllText(Path.Combine(Repository.Root, Rules), made);

        Assert.True(
            made == Repository.Text(Rules),
            $"{Rules} differs from deploy/prometheus/alerts.yml: run this test with VAGUS_APPROVE=rules and look at the difference.");
    }

    [Fact]
    public void Prometheus_scrapes_the_management_port_of_the_pods_under_the_name_of_the_alerts()
    {
        var yaml = new YamlStream();
        using var text = new StringReader(Repository.Text("deploy/kubernetes/monitoring/scraping.yaml"));
        yaml.Load(text);
        var spec = (YamlMappingNode)yaml.Documents[0].RootNode["spec"];
        var wanted = ((YamlMappingNode)spec["selector"]["matchLabels"]).Children
            .ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}");
        var service = Manifests.All.OfType<V1Service>().Single(each => wanted.All(label => each.Metadata.Labels[label.Key] == label.Value));

        Assert.Equal(service.Spec.Ports.Single().Name, $"{spec["endpoints"][0]["port"]}");
        Assert.Equal("management", service.Spec.Ports.Single().TargetPort.Value);
        var job = service.Metadata.Labels[$"{spec["jobLabel"]}"];
        Assert.Contains($"job=\"{job}\"", Repository.Text("deploy/prometheus/alerts.yml"), StringComparison.Ordinal);
    }

    private static string Rule(string alerts)
    {
        const string head = """
            # Made from deploy/prometheus/alerts.yml by a test: KubernetesTests with VAGUS_APPROVE=rules.
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata:
              name: vagus
            spec:

            """;
        var groups = alerts[alerts.IndexOf("groups:", StringComparison.Ordinal)..].TrimEnd('\n').Split('\n');
        return head + string.Concat(groups.Select(line => $"  {line}\n"));
    }

    private static int Number(string file, string pattern)
    {
        var found = Regex.Match(Repository.Text(file), pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(found.Success, $"{file} does not say it: {pattern}");
        return int.Parse(found.Groups["number"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|ACCESS_KEY|ROOT_KEY$|POSTGRES", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Secret();

    [GeneratedRegex(@"name: \{ as: (?<name>\w+) \}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Made();

    [GeneratedRegex(@"\b(vagus|socketio)_[a-z_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Series();
}
