using System.Globalization;
using System.Text;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Validation;

/// <summary>Where the validator is, and what it found there. The path is only put into words when there is something to say.</summary>
internal sealed class Findings
{
    private (string Name, int Index)[] path = new (string, int)[12];
    private List<FhirIssue>? issues;
    private int depth;

    public IReadOnlyList<FhirIssue> Issues => issues ?? (IReadOnlyList<FhirIssue>)[];

    public bool IsFull => issues?.Count >= ResourceValidator.MostIssues;

    public int Count => issues?.Count ?? 0;

    public void Enter(string name)
    {
        if (depth == path.Length)
        {
            Array.Resize(ref path, depth * 2);
        }

        path[depth++] = (name, -1);
    }

    public void At(int index) => path[depth - 1].Index = index;

    public void Leave() => depth--;

    /// <summary>The text must be ours: it goes back to the caller and into logs.</summary>
    public void Add(string code, string diagnostics)
    {
        if (!IsFull)
        {
            issues ??= [];
            issues.Add(new FhirIssue(IssueSeverity.Error, code, diagnostics, Expression()));
        }
    }

    private string Expression()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in path.AsSpan(0, depth))
        {
            text.Append(text.Length == 0 ? "" : ".").Append(name);
            if (index >= 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
        }

        return text.ToString();
    }
}
