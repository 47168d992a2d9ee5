using System.CommandLine;
using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Fhir.Subscribing;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus subscriptions failing</c> and <c>replay</c>: FHIR subscriptions whose receivers do not take notifications.</summary>
internal static class SubscriptionCommands
{
    private const int PageSize = 200;

    public static Command Create(ServerSettings settings) => new("subscriptions", "FHIR subscriptions.")
    {
        Failing(settings),
        Replay(settings),
    };

    private static Command Failing(ServerSettings settings)
    {
        var tenant = new Argument<string>("tenant");
        var failing = new Command("failing", "Lists those whose receiver does not take notifications.") { tenant };
        failing.SetAction((parsed, cancel) => OperatorScope.Run<List<FailingSubscription>>(
            settings.Read(parsed),
            async provider => await All(
                provider.GetRequiredService<SubscriptionUpkeep>(), new TenantId(parsed.GetRequiredValue(tenant)), cancel),
            all => all.ForEach(each => Console.WriteLine(Line(each))),
            cancel));
        return failing;
    }

    private static async ValueTask<List<FailingSubscription>> All(SubscriptionUpkeep upkeep, TenantId tenant, CancellationToken cancel)
    {
        var all = new List<FailingSubscription>();
        string? cursor = null;
        do
        {
            var page = await upkeep.List(tenant, cursor, PageSize, cancel);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return all;
    }

    private static string Line(FailingSubscription failing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{failing.Id} {failing.Status} {failing.Error} {failing.Receiver} attempts={failing.Attempts} events={failing.Events} "
            + $"delivered={failing.Delivered} owner={failing.Owner} since={failing.FailingSince:O}");

    private static Command Replay(ServerSettings settings)
    {
        var tenant = new Argument<string>("tenant");
        var id = new Argument<string>("subscription");
        var from = new Option<long?>("--from") { Description = "The number of the first event; behind the last that was taken without it." };
        var replay = new Command("replay", "Lets the running servers tell a receiver what it lacks.") { tenant, id, from };
        replay.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<SubscriptionUpkeep>().Replay(
                new Caller(new TenantId(parsed.GetRequiredValue(tenant)), new UserId("operator"), Role.Service, new SessionId("")),
                AuditActor.Operator.Origin, parsed.GetRequiredValue(id), parsed.GetValue(from), cancel),
            events => Console.WriteLine($"replay: {parsed.GetRequiredValue(id)} events={events.ToString(CultureInfo.InvariantCulture)}"),
            cancel));
        return replay;
    }
}
