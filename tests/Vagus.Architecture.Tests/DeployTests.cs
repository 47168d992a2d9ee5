using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Vagus.Architecture.Tests;

/// <summary>The files of deploy/, as far as they can be checked without a container engine.</summary>
public sealed partial class DeployTests
{
    private static readonly string[] Secrets = ["PASSWORD", "SECRET", "TOKEN", "ACCESS_KEY", "MINIO_USER"];

    /// <summary>What a service shows to the machine, by the ports that the guide names.</summary>
    private static readonly string[] Ports = ["3000", "3020", "3021", "4222", "8222", "9000", "9001", "9090", "3030"];

    private static readonly YamlMappingNode Services = Map(Yaml("deploy/compose.yaml"), "services");

    [Fact]
    public void Every_file_of_YAML_and_JSON_can_be_read()
    {
        var yaml = Repository.FilesEndingIn(".yaml", ".yml").Where(IsDeployed).ToList();
        var json = Repository.FilesEndingIn(".json").Where(IsDeployed).ToList();

        Assert.True(yaml.Count >= 5 && json.Count >= 1, "The files were not found.");
        Assert.All(yaml, file => Assert.NotEmpty(Yaml(file).Children));
        Assert.All(json, file => JsonDocument.Parse(Repository.Text(file)).Dispose());
    }

    [Fact]
    public void No_password_has_a_default()
    {
        var used = Interpolation().Matches(Repository.Text("deploy/compose.yaml")).Select(match => match.Groups["use"].Value).ToList();

        Assert.True(used.Count > 5, "The variables were not found.");
        Findings.MustBeNone(used.Where(use => !use.EndsWith(":?", StringComparison.Ordinal)));
        foreach (var (service, variable, value) in Variables())
        {
            if (Secrets.Any(secret => variable.Contains(secret, StringComparison.Ordinal)))
                Assert.True(value.StartsWith("${", StringComparison.Ordinal), $"{service}: {variable} has a value of its own");
        }

        var example = Repository.Text("deploy/example.env").Split('\n').Where(line => line.Contains('=') && line[0] != '#').ToList();
        Findings.MustBeNone(example.Where(line => !line.EndsWith('=')));
        Assert.Equal(
            used.Select(use => use[..^2]).Distinct().Order(StringComparer.Ordinal),
            example.Select(line => line.TrimEnd('=')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_port_is_this_machines_alone_and_none_is_taken_twice()
    {
        var published = Services.Children.Values.Cast<YamlMappingNode>()
            .Where(service => service.Children.ContainsKey("ports"))
            .SelectMany(service => ((YamlSequenceNode)service.Children["ports"]).Select(port => port.ToString())).ToList();

        Findings.MustBeNone(published.Where(port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal)));
        Assert.Equal(Ports.Order(StringComparer.Ordinal), published.Select(port => port.Split(':')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_server_has_a_read_only_root_no_capabilities_and_no_root()
    {
        var server = Map(Services, "vagus");

        Assert.Equal("true", server.Children["read_only"].ToString());
        Assert.Contains("ALL", server.Children["cap_drop"].ToString(), StringComparison.Ordinal);
        Assert.Contains("no-new-privileges:true", server.Children["security_opt"].ToString(), StringComparison.Ordinal);
        Assert.Contains("\nUSER 1654\n", Repository.Text("deploy/Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void Patient_data_go_by_TLS_between_the_containers()
    {
        var settings = Variables().Where(each => each.Service == "vagus").ToDictionary(each => each.Variable, each => each.Value);

        Assert.Contains("SSL Mode=VerifyFull", settings["VAGUS_POSTGRES"], StringComparison.Ordinal);
        Assert.StartsWith("tls://", settings["VAGUS_NATS"], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variable_of_the_server_is_a_setting_that_it_has()
    {
        var documented = Repository.Text("docs/operations/settings.md");
        var used = Variables().Select(each => each.Variable)
            .Concat(VagusVariable().Matches(
                Repository.Text("deploy/systemd/example.env") + Repository.Text("deploy/systemd/vagus.service")
                + Repository.Text("deploy/Dockerfile") + Repository.Text(".vscode/launch.json")).Select(match => match.Value))
            .Where(variable => variable.StartsWith("VAGUS_", StringComparison.Ordinal)).Distinct().ToList();

        Assert.True(used.Count > 10, "The variables were not found.");
        Findings.MustBeNone(used.Where(variable => !documented.Contains($"`{variable}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Dashboard_and_alerts_use_metrics_that_there_are()
    {
        var documented = Metric().Matches(Repository.Text("docs/operations/metrics.md")).Select(match => match.Value).ToHashSet();
        var used = Metric().Matches(
                Repository.Text("deploy/grafana/dashboards/vagus.json") + Repository.Text("deploy/prometheus/alerts.yml"))
            .Select(match => Histogram().Replace(match.Value, "")).Distinct().ToList();

        Assert.True(used.Count > 15, "The metrics were not found.");
        Findings.MustBeNone(used.Where(metric => !documented.Contains(metric)));
    }

    [Fact]
    public void Every_panel_has_a_metric_that_there_is_and_a_place_of_its_own()
    {
        var rows = Repository.Text("docs/operations/metrics.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        using var dashboard = JsonDocument.Parse(Repository.Text("deploy/grafana/dashboards/vagus.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();

        Assert.True(panels.Count > 15, "The panels were not found.");
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("gridPos").GetRawText()).Distinct().Count());
        foreach (var expression in panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!))
        {
            var metrics = Metric().Matches(expression).Select(match => Histogram().Replace(match.Value, "")).Distinct().ToList();
            Assert.True(metrics.Count > 0, expression);
            bool IsOfThese(string row) => metrics.Exists(metric => row.StartsWith($"| `{metric}`", StringComparison.Ordinal));
            foreach (var label in Filter().Matches(expression).Select(match => match.Groups["label"].Value))
                Assert.Contains(rows, row => IsOfThese(row) && row.Contains($"`{label}`", StringComparison.Ordinal));
        }

        foreach (var metric in (string[])["vagus_care_alert_acknowledgement_duration_seconds", "vagus_care_alerts_escalated_total"])
            Assert.Contains(panels, panel => panel.GetProperty("targets").GetRawText().Contains(metric, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_has_an_expression_a_severity_and_a_sentence()
    {
        var group = (YamlMappingNode)((YamlSequenceNode)Yaml("deploy/prometheus/alerts.yml").Children["groups"])[0];
        var rules = ((YamlSequenceNode)group.Children["rules"]).Cast<YamlMappingNode>().ToList();

        Assert.True(rules.Count >= 10, "The rules were not found.");
        foreach (var rule in rules)
        {
            Assert.NotEmpty(rule.Children["expr"].ToString());
            Assert.Contains(Map(rule, "labels").Children["severity"].ToString(), (string[])["page", "ticket"]);
            Assert.NotEmpty(Map(rule, "annotations").Children["summary"].ToString());
        }
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        if (!File.Exists("/usr/bin/systemd-analyze")) Assert.Skip("systemd-analyze is not installed.");
        var folder = Directory.CreateTempSubdirectory("vagus-unit-");
        var unit = Path.Combine(folder.FullName, "vagus.service");
        // The program is not installed where the tests run.
        await File.WriteAllTextAsync(
            unit, Repository.Text("deploy/systemd/vagus.service").Replace("/opt/vagus/vagus", "/bin/true", StringComparison.Ordinal));
        using var verify = Process.Start(
            new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", "--man=no", unit]) { RedirectStandardError = true })!;
        var said = await verify.StandardError.ReadToEndAsync();
        await verify.WaitForExitAsync();
        folder.Delete(recursive: true);

        Assert.DoesNotContain("vagus.service", said, StringComparison.Ordinal);
        Assert.True(verify.ExitCode == 0, said);
    }

    private static bool IsDeployed(string file) => file.StartsWith("deploy/", StringComparison.Ordinal);

    private static IEnumerable<(string Service, string Variable, string Value)> Variables() =>
        from service in Services.Children
        let settings = (YamlMappingNode)service.Value
        where settings.Children.ContainsKey("environment")
        from variable in Map(settings, "environment").Children
        select (service.Key.ToString(), variable.Key.ToString(), variable.Value.ToString());

    private static YamlMappingNode Yaml(string file)
    {
        var yaml = new YamlStream();
        using var text = new StringReader(Repository.Text(file));
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static YamlMappingNode Map(YamlMappingNode node, string key) => (YamlMappingNode)node.Children[key];

    [GeneratedRegex(@"\$\{(?<use>[^}]+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Interpolation();

    [GeneratedRegex(@"\bVAGUS_[A-Z0-9_]+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex VagusVariable();

    [GeneratedRegex(@"\b(vagus|socketio|http_server|kestrel|dotnet)_[a-z0-9_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"\{(?<label>[a-z_]+)=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Filter();

    [GeneratedRegex("_(bucket|count|sum)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Histogram();
}
