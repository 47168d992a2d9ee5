using System.CommandLine;
using System.Globalization;
using Vagus.Kernel;
using Vagus.Storage.Consuming;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus consumers parked</c>, <c>retry</c> and <c>drop</c>: events that a consumer of the log could not take. <c>forget</c>: what a
/// consumer that was removed has left behind.
/// </summary>
internal static class ConsumerCommands
{
    public static Command Create(ServerSettings settings) => new("consumers", "The durable consumers of the log.")
    {
        Parked(settings),
        Decide(
            settings, "retry", "Lets the running servers try a parked event once more.",
            (events, key, cancel) => events.Retry(key, cancel)),
        Decide(settings, "drop", "Throws a parked event away for its consumer.", (events, key, cancel) => events.Drop(key, cancel)),
        Forget(settings),
    };

    private static Command Forget(ServerSettings settings)
    {
        var consumer = new Argument<string>("consumer");
        var forget = new Command("forget", "Takes away the cursors of a consumer that is gone: they hold retention back.") { consumer };
        forget.SetAction((parsed, cancel) => OperatorScope.RunOnExisting<ForgottenConsumer>(
            // What belongs to this release is said by all its roles, and not by those of the process that was asked.
            settings.Read(parsed) with { Roles = ServerRoles.All },
            provider => provider.GetRequiredService<ForgetConsumer>().Run(parsed.GetRequiredValue(consumer), cancel),
            gone => Console.WriteLine($"forget: {gone.Consumer} tenants={gone.Tenants.ToString(CultureInfo.InvariantCulture)}"),
            cancel));
        return forget;
    }

    private static Command Parked(ServerSettings settings)
    {
        var parked = new Command("parked", "Lists the parked events: tenant, consumer, position, event id, attempts, error.");
        parked.SetAction((parsed, cancel) => OperatorScope.Run<List<ParkedEvent>>(
            settings.Read(parsed),
            async provider => await provider.GetRequiredService<ParkedEvents>().List(cancel),
            all => all.ForEach(each => Console.WriteLine(Line(each))),
            cancel));
        return parked;
    }

    private static string Line(ParkedEvent parked) => string.Create(
        CultureInfo.InvariantCulture,
        $"{parked.Tenant} {parked.Consumer} {parked.Position} {parked.EventId} {parked.Attempts} {parked.Error} {parked.ParkedAt:O}");

    private static Command Decide(
        ServerSettings settings, string name, string description,
        Func<ParkedEvents, ParkedKey, CancellationToken, ValueTask<Result<ParkedKey>>> decide)
    {
        var tenant = new Argument<string>("tenant");
        var consumer = new Argument<string>("consumer");
        var position = new Argument<long>("position");
        var command = new Command(name, description) { tenant, consumer, position };
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => decide(
                provider.GetRequiredService<ParkedEvents>(),
                new ParkedKey(
                    new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(consumer), parsed.GetRequiredValue(position)),
                cancel),
            key => Console.WriteLine($"{name}: {key.Tenant} {key.Consumer} {key.Position.ToString(CultureInfo.InvariantCulture)}"),
            cancel));
        return command;
    }
}
