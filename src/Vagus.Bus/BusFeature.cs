using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Sessions;
using Vagus.Access.Visibility;
using Vagus.Bus.Connecting;
using Vagus.Bus.Intake;
using Vagus.Bus.Publishing;
using Vagus.Bus.Waking;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;

namespace Vagus.Bus;

/// <summary>The only door of this room: NATS JetStream, out and in, and wake-ups between nodes.</summary>
public static class BusFeature
{
    /// <summary>
    /// Needs AddStorage, AddAccess, a TimeProvider, an <see cref="IReadEventLabels"/>, and an <see cref="IAcceptEvents"/> where there are
    /// senders. Without addresses of NATS it adds nothing that runs.
    /// </summary>
    public static IServiceCollection AddBus(this IServiceCollection services, BusOptions options)
    {
        if (options.FirstProblem() is { } problem) throw new InvalidOperationException(problem);
        services.AddSingleton(options);
        services.AddSingleton(new ConsumerOfRelease(PublishToNats.ConsumerName));
        services.AddSingleton(new ConsumerOfRelease(LookAtStreams.DutyName));
        if (!options.IsOn) return services;
        services.AddMetrics();
        services.AddSingleton<BusMeter>();
        services.AddSingleton<NatsLine>();
        services.AddHostedService<OpenLine>();
        services.AddSingleton<Streams>();
        services.AddLogConsumer<PublishToNats>();
        services.AddLeasedDuty<LookAtStreams>();
        services.AddHostedService<WakeNodes>();
        if (options.Senders.Count > 0) AddIntake(services);
        return services;
    }

    private static void AddIntake(IServiceCollection services)
    {
        services.AddSingleton<DeadLetters>();
        services.AddSingleton(provider => new OfferEvent(
            provider.GetService<IAcceptEvents>()
                ?? throw new InvalidOperationException("Senders of events are set, but this server has no room that accepts events."),
            provider.GetRequiredService<ServiceCallers>(), provider.GetRequiredService<BusOptions>(),
            provider.GetRequiredService<BusMeter>()));
        services.AddSingleton<TakeMessage>();
        services.AddHostedService<TakeEvents>();
    }
}
