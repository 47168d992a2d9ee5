using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Extensions;
using Vagus.Access.Authorization;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Measuring;

/// <summary>
/// <c>GET /metrics?from=&amp;to=</c>: what patients and staff have written, how long patients waited for the first answer, and which
/// targets were met, of the patients' threads that the caller sees.
/// </summary>
internal sealed class ReadMetrics(
    ThreadSights sights, MessageVolumes volumes, FirstResponses responses, ClinicTime clinic, IFindUsers users, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder staff) => staff.MapGet(
        "/metrics", (string? from, string? to, HttpContext http, ReadMetrics use) => use.Run(from, to, http))
        .AuditsNothing("numbers of threads and messages name no patient");

    private async Task<Results<Ok<MetricsAnswer>, ProblemHttpResult>> Run(string? from, string? to, HttpContext http)
    {
        var range = MetricsRange.Read(from, to, clock.GetUtcNow());
        if (range.Refusal is { } malformed) return malformed.ToProblem();
        var (tenant, cancel) = (http.Caller().Tenant, http.RequestAborted);
        var sight = await sights.Of(http.Reach(), cancel);
        var policy = await clinic.PolicyOf(tenant, cancel);
        var zone = await clinic.ZoneOf(tenant, policy, cancel);
        var measured = await Measure(sight, range.Value, policy, cancel);
        var byCategory = await volumes.ByCategory(sight, range.Value, cancel);
        return TypedResults.Ok(new MetricsAnswer(
            range.Value.From, range.Value.Until, zone.Id, VolumeAnswer.Of(byCategory.Select(each => (each.Side, each.Count))),
            measured.All.Answer(), [.. Categories(byCategory, measured)], await People(sight, range.Value, measured, cancel),
            [.. Hours(await volumes.ByQuarter(sight, range.Value, cancel), zone)]));
    }

    private async ValueTask<Measured> Measure(ThreadSight sight, MetricsRange range, MessagingPolicy policy, CancellationToken cancel)
    {
        var measured = new Measured();
        var now = clock.GetUtcNow();
        await foreach (var thread in responses.Of(sight, range, cancel))
        {
            var wait = thread.AnsweredAt - thread.At;
            var isMet = Targets.IsMet(policy, thread, now);
            measured.All.Add(wait, isMet);
            measured.OfCategory(thread.Category).Add(wait, isMet);
            if (thread.AnsweredBy is { } user) measured.OfPerson(user).Add(wait, isMet);
        }

        return measured;
    }

    private static IEnumerable<CategoryMetrics> Categories(
        IReadOnlyList<(string Category, string Side, long Count)> counts, Measured measured) =>
        from category in ThreadCategory.All
        let volume = VolumeAnswer.Of(counts.Where(each => each.Category == category).Select(each => (each.Side, each.Count)))
        let first = measured.OfCategory(category).Answer()
        where volume != VolumeAnswer.None || first.Threads > 0
        select new CategoryMetrics(category, volume, first);

    private async ValueTask<IReadOnlyList<PersonMetrics>> People(
        ThreadSight sight, MetricsRange range, Measured measured, CancellationToken cancel)
    {
        var counts = await volumes.ByPerson(sight, range, cancel);
        var sent = counts.ToDictionary(each => each.User, each => each.Count, StringComparer.Ordinal);
        string[] people = [.. sent.Keys.Union(measured.People, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var names = await users.NamesOf(sight.Caller.Tenant, people, cancel);
        return [.. people.Select(user => new PersonMetrics(
            user, names.GetValueOrDefault(user), sent.GetValueOrDefault(user), measured.OfPerson(user).Answer()))];
    }

    private static IEnumerable<HourMetrics> Hours(IReadOnlyList<(DateTimeOffset At, string Side, long Count)> quarters, DateTimeZone zone)
    {
        var hours = quarters.ToLookup(each => each.At.ToInstant().InZone(zone).Hour, each => (each.Side, each.Count));
        return Enumerable.Range(0, 24).Select(hour => new HourMetrics(hour, VolumeAnswer.Of(hours[hour])));
    }

    private sealed class Measured
    {
        private readonly Dictionary<string, ResponseTimes> categories = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ResponseTimes> people = new(StringComparer.Ordinal);

        public ResponseTimes All { get; } = new();

        public IEnumerable<string> People => people.Keys;

        public ResponseTimes OfCategory(string category) => Of(categories, category);

        public ResponseTimes OfPerson(string user) => Of(people, user);

        private static ResponseTimes Of(Dictionary<string, ResponseTimes> groups, string name)
        {
            if (!groups.TryGetValue(name, out var group)) groups.Add(name, group = new ResponseTimes());
            return group;
        }
    }
}
