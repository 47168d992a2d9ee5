using System.CommandLine;

namespace Vagus.Server.Checkup;

/// <summary>
/// <c>vagus doctor</c>: looks at a running server and its data with the settings of that server, and says in one line each what is
/// wrong and what to do. It changes no row and applies no migration. It ends with 1 when a line says fail.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create(ServerSettings settings)
    {
        var doctor = new Command(
            "doctor",
            "Checks a running server and its data. Give it the settings of the server. Ends with 1 when something has to be done.");
        settings.AddServing(doctor);
        doctor.SetAction((parsed, cancel) => Run(settings.Read(parsed), Console.Out, cancel));
        return doctor;
    }

    /// <summary>Prints each finding as soon as it is there.</summary>
    internal static async Task<int> Run(ServerOptions options, TextWriter output, CancellationToken cancel)
    {
        var failed = false;
        await foreach (var finding in Findings(options, cancel))
        {
            failed |= finding.Verdict == Verdict.Fail;
            await output.WriteLineAsync(finding.ToString());
        }

        return failed ? 1 : 0;
    }

    private static async IAsyncEnumerable<Finding> Findings(
        ServerOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var finding in SettingsCheck.Look(options)) yield return finding;
        await foreach (var finding in ServerCheck.Look(options, cancel)) yield return finding;
        foreach (var finding in DataFolderCheck.Look(options)) yield return finding;
        await foreach (var finding in DatabaseCheck.Look(options, cancel)) yield return finding;
    }
}
