using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Access.Files;

/// <summary>What an operator should know of the scanner.</summary>
public static class InspectScanner
{
    public static async ValueTask<ScannerFindings> Look(Uri scanner, Database database, TimeProvider clock, CancellationToken cancel)
    {
        var answers = await new Clamd(scanner, clock).Answers(cancel);
        var waiting = await database.QueryOne(Pending, [], row => row.GetInt64(0), cancel);
        return new ScannerFindings(answers ? null : $"clamd does not answer at {scanner}", waiting);
    }

    private static readonly Statement Pending = new("""
        select count(*)
        from access_file
        where state = 'pending'
        """);
}

/// <param name="Problem">Null where the scanner answers.</param>
/// <param name="Waiting">Files that are held until it has looked at them.</param>
public sealed record ScannerFindings(string? Problem, long Waiting);
