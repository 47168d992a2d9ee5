using Vagus.Access.Files;
using Vagus.Storage;

namespace Vagus.Server.Checkup;

/// <summary>The virus scanner: whether it answers, and how many files wait for it.</summary>
internal static class ScannerCheck
{
    private const string Subject = "scanner";
    private const long MostWaiting = 100;

    public static async ValueTask<Finding> Look(ServerOptions options, Database database, TimeProvider clock, CancellationToken cancel)
    {
        if (options.Access.Files.Scanner is not { } scanner)
            return Finding.Warn(Subject, "none: files are given out as they come", "Run clamd and set VAGUS_CLAMD.");
        var found = await InspectScanner.Look(scanner, database, clock, cancel);
        if (found.Problem is { } problem)
            return Finding.Fail(Subject, $"{problem}; {found.Waiting} files wait", "Start clamd: files are held until it has looked at them.");
        return found.Waiting > MostWaiting
            ? Finding.Warn(Subject, $"{found.Waiting} files wait", "Run doctor again in a minute: if the number grows, clamd is too slow.")
            : Finding.Ok(Subject, $"clamd answers; {found.Waiting} files wait");
    }
}
