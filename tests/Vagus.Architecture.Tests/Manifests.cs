using k8s;
using k8s.Models;

namespace Vagus.Architecture.Tests;

/// <summary>The objects of deploy/kubernetes: a field that Kubernetes does not have, or one of another type, is an exception.</summary>
internal static class Manifests
{
    public const string Folder = "deploy/kubernetes";

    /// <summary>Kinds of kustomize, the Prometheus operator and prometheus-adapter, which are not Kubernetes' own.</summary>
    private static readonly string[] Others = ["kustomization.yaml", "adapter-rules.yaml", "scraping.yaml", "rules.yaml"];

    public static IReadOnlyList<object> All { get; } = [.. Repository.FilesEndingIn(".yaml")
        .Where(file => file.StartsWith(Folder, StringComparison.Ordinal) && !Others.Contains(Path.GetFileName(file)))
        .SelectMany(file => Parse(Repository.Text(file)))];

    public static V1Deployment Deployment { get; } = All.OfType<V1Deployment>().Single();

    public static IReadOnlyList<V1CronJob> Backups { get; } = [.. All.OfType<V1CronJob>()];

    /// <summary>The pods of the server and of the backups.</summary>
    public static IEnumerable<V1PodTemplateSpec> Pods =>
        Backups.Select(job => job.Spec.JobTemplate.Spec.Template).Prepend(Deployment.Spec.Template);

    public static IEnumerable<object> Parse(string yaml) => KubernetesYaml.LoadAllFromString(yaml, typeMap: null, strict: true);

    public static V1Container Container(V1PodTemplateSpec pod) => pod.Spec.Containers.Single();

    /// <summary>The values that a pod gives by itself.</summary>
    public static Dictionary<string, string> Variables(V1PodTemplateSpec pod) =>
        Container(pod).Env.Where(variable => variable.Value is not null)
            .ToDictionary(variable => variable.Name, variable => variable.Value);

    /// <summary>The lines NAME=value of a file of the example.</summary>
    public static Dictionary<string, string> Lines(string file) =>
        Repository.Text($"{Folder}/example/{file}").Split('\n').Where(line => line.Contains('=') && line[0] != '#')
            .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
}
