using System.CommandLine;
using Vagus.Demo.Connecting;
using Vagus.Demo.Importing;
using Vagus.Demo.Loading;
using Vagus.Demo.Playing;

namespace Vagus.Demo;

/// <summary>The command line: what can be asked for, and with which options.</summary>
internal static class Commands
{
    private static readonly Option<Uri> Url = new("--url")
    {
        Description = "address of the server",
        DefaultValueFactory = _ => new Uri("http://localhost:3000"),
        CustomParser = result => new Uri(result.Tokens[0].Value, UriKind.Absolute),
    };

    private static readonly Option<FileInfo> SignIns = new Option<FileInfo>("--sign-ins")
    {
        Description = "JSON file of tenants and their users",
        Required = true,
    }.AcceptExistingOnly();

    private static readonly Option<int> Seed = new("--seed") { Description = "number that fixes the clinic", DefaultValueFactory = _ => 1 };

    private static readonly Option<int?> Patients = new(
        "--patients") { Description = "patients per tenant (default: 60 in the first tenant, 25 in each other)" };

    private static readonly Option<DateOnly?> Date = new("--date") { Description = "the clinic's day, yyyy-mm-dd (default: today)" };

    private static readonly Option<double> Speed = new(
        "--speed") { Description = "clinic time per real time", DefaultValueFactory = _ => 60 };

    private static readonly Option<double?> Minutes = new("--minutes") { Description = "stop after so many real minutes" };

    private static readonly Option<string?> Tenant = new(
        "--tenant") { Description = "tenant to load into (default: the first in the file)" };

    private static readonly Option<int> Workers = new(
        "--workers") { Description = "files sent at the same time", DefaultValueFactory = _ => 4 };

    public static Command Load()
    {
        var command = new Command(
            "load", "write the synthetic clinics; what is there already is left alone") { Url, SignIns, Seed, Patients, Date };
        command.SetAction((parsed, cancel) => Run(parsed, async run =>
        {
            await run.ForEachTenant(WhichClinics(parsed), (crew, clinic) => new LoadClinic(crew, run.Progress).Run(clinic, cancel));
        }, cancel));
        return command;
    }

    public static Command Play()
    {
        var command = new Command(
            "play", "play the clinic day, after loading what is missing") { Url, SignIns, Seed, Patients, Date, Speed, Minutes };
        command.SetAction((parsed, cancel) => Run(parsed, async run =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await run.ForEachTenant(WhichClinics(parsed), (crew, clinic) => new LoadClinic(crew, run.Progress).Run(clinic, limit.Token));
            if (parsed.GetValue(Minutes) is { } minutes) limit.CancelAfter(TimeSpan.FromMinutes(minutes));
            var speed = Math.Max(parsed.GetValue(Speed), 0.01);
            await run.ForEachTenant(
                WhichClinics(parsed), (crew, clinic) => new PlayDay(crew, run.Progress, run.Clock).Run(clinic, speed, limit.Token));
        }, cancel));
        return command;
    }

    public static Command Import()
    {
        var folder = new Argument<DirectoryInfo>(
            "DIR") { Description = "folder of transaction bundles, such as Synthea writes" }.AcceptExistingOnly();
        var command = new Command("import", "load a folder of transaction bundles") { folder, Url, SignIns, Tenant, Workers };
        command.SetAction((parsed, cancel) => Run(parsed, async run =>
        {
            var crew = run.CrewOf(parsed.GetValue(Tenant));
            var workers = Math.Clamp(parsed.GetValue(Workers), 1, 64);
            await new ImportBundles(crew, run.Progress).Run(parsed.GetRequiredValue(folder).FullName, workers, cancel);
        }, cancel));
        return command;
    }

    private static WhichClinics WhichClinics(ParseResult parsed) =>
        new(parsed.GetValue(Seed), parsed.GetValue(Patients), parsed.GetValue(Date));

    private static async Task<int> Run(ParseResult parsed, Func<DemoRun, Task> work, CancellationToken cancel)
    {
        var output = Console.Out;
        try
        {
            var file = SignInFile.Parse(await File.ReadAllTextAsync(parsed.GetRequiredValue(SignIns).FullName, cancel));
            using var run = new DemoRun(file, parsed.GetRequiredValue(Url), TimeProvider.System, output);
            return await run.Finish(work);
        }
        catch (Exception failure) when (failure is HttpRequestException or SignInRefusedException or InvalidDataException
            or System.Text.Json.JsonException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
