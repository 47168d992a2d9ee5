namespace Vagus.Architecture.Tests;

/// <summary>What a check found in the repository. All of it is printed, uncut: the reader has to go there.</summary>
internal static class Findings
{
    public static void MustBeNone(IEnumerable<string> findings)
    {
        var all = string.Join(Environment.NewLine, findings);
        if (all.Length > 0) Assert.Fail(all);
    }
}
