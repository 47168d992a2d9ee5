namespace Vagus.AuditVerifier;

/// <summary>Options with one value each, and flags.</summary>
internal sealed class Arguments
{
    private static readonly string[] WithValue = ["--sqlite", "--postgres", "--anchors", "--key", "--tenant"];
    private static readonly string[] Flags = ["--json", "--without-anchors", "--without-omissions"];
    private readonly List<(string Name, string Value)> given = [];

    public Arguments(string[] words)
    {
        for (var at = 0; at < words.Length; at++)
        {
            if (Flags.Contains(words[at])) given.Add((words[at], ""));
            else if (WithValue.Contains(words[at]) && at + 1 < words.Length) given.Add((words[at], words[++at]));
            else throw new FormatException($"{words[at]} is not understood.");
        }
    }

    public bool Has(string name) => given.Exists(each => each.Name == name);

    public string? One(string name) => given.Find(each => each.Name == name).Value;

    public IReadOnlyList<string> All(string name) => [.. given.Where(each => each.Name == name).Select(each => each.Value)];
}
