using Vagus.Demo.Connecting;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo;

/// <summary>Which synthetic clinics a run is about.</summary>
internal sealed record WhichClinics(int Seed, int? Patients, DateOnly? Date);

/// <summary>One run of the program: the connection, a crew per tenant, and the progress that all report to.</summary>
internal sealed class DemoRun : IDisposable
{
    private const int PatientsOfFirst = 60;
    private const int PatientsOfOthers = 25;

    private readonly HttpClient http;
    private readonly IReadOnlyList<(TenantSignIns Tenant, Crew Crew)> tenants;

    public DemoRun(SignInFile file, Uri url, TimeProvider clock, TextWriter output)
    {
        Clock = clock;
        Progress = new Progress(output, clock);

        // Importing one large bundle may take minutes.
        http = new HttpClient { BaseAddress = new Uri(url, "/"), Timeout = TimeSpan.FromMinutes(5) };
        var server = new Server(http, clock);
        tenants = [.. file.Tenants.Select(tenant => (tenant, new Crew(server, tenant)))];
    }

    public TimeProvider Clock { get; }

    public Progress Progress { get; }

    public Crew CrewOf(string? tenant)
    {
        var named = tenants.Where(each => tenant is null || each.Tenant.Tenant == tenant).Select(each => each.Crew).FirstOrDefault();
        return named ?? throw new InvalidDataException($"the sign-ins file has no tenant {tenant}");
    }

    /// <summary>Does the work for all tenants at the same time.</summary>
    public Task ForEachTenant(WhichClinics which, Func<Crew, Clinic, Task> work) =>
        Task.WhenAll(tenants.Select((each, index) => work(each.Crew, ClinicOf(each.Tenant, index, which))));

    /// <summary>Runs to the end or until it is stopped, then sums up. The answer is the program's exit code.</summary>
    public async Task<int> Finish(Func<DemoRun, Task> work)
    {
        var words = "finished";
        try
        {
            await work(this);
        }
        catch (OperationCanceledException)
        {
            words = "stopped";
        }

        Progress.Summary(words);
        return Progress.Refused == 0 ? 0 : 2;
    }

    public void Dispose()
    {
        foreach (var (_, crew) in tenants) crew.Dispose();
        http.Dispose();
    }

    private Clinic ClinicOf(TenantSignIns tenant, int index, WhichClinics which)
    {
        var zone = Clock.LocalTimeZone;
        var date = which.Date ?? DateOnly.FromDateTime(Clock.GetLocalNow().Date);
        var patients = which.Patients ?? (index == 0 ? PatientsOfFirst : PatientsOfOthers);
        return Clinic.Of(tenant, which.Seed, Math.Clamp(patients, 1, 5_000), date, zone.GetUtcOffset(date.ToDateTime(TimeOnly.MinValue)));
    }
}
