using System.CommandLine;
using System.Globalization;
using Vagus.Fhir.Imports;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus import</c>: a file of NDJSON into an organization, resumable.</summary>
internal static class ImportCommand
{
    public static Command Create(ServerSettings settings)
    {
        var tenant = new Argument<string>("tenant");
        var file = new Argument<FileInfo>("file") { Description = "One FHIR resource a line." };
        var import = new Command("import", "Stores the resources of a file. The same file again goes on where it was broken off.") { tenant, file };
        import.SetAction(async (parsed, cancel) =>
        {
            await using var content = parsed.GetRequiredValue(file).OpenRead();
            return await OperatorScope.Run(
                settings.Read(parsed),
                provider => provider.GetRequiredService<ImportResources>().Run(
                    new TenantId(parsed.GetRequiredValue(tenant)), content,
                    told => Console.Error.WriteLine(Line(told)),
                    line => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"line {line.Number}: {line.Reason}")),
                    cancel),
                done => Console.WriteLine(Line(done)),
                cancel);
        });
        return import;
    }

    private static string Line(ImportProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"{progress.Lines} lines, {progress.Stored} stored, {progress.Refused} refused");
}
