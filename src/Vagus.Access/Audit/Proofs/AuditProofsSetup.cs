using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit.Anchors;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit.Proofs;

/// <summary>Registers what signs, anchors and proves the logs.</summary>
internal static class AuditProofsSetup
{
    public static IServiceCollection AddAuditProofs(this IServiceCollection services, AnchorOptions anchors)
    {
        if (anchors.Refuse() is { } why) throw new InvalidOperationException(why);
        services.AddMetrics();
        services.AddSingleton(anchors);
        services.AddSingleton<AuditMeter>();
        services.AddSingleton<CheckpointKeys>();
        services.AddSingleton(provider => new SignCheckpoints(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<CheckpointKeys>(), provider.GetRequiredService<AuditMeter>(),
            provider.GetRequiredService<ILogger<SignCheckpoints>>()));
        services.AddSingleton(provider => new AuditProofs(provider.GetRequiredService<Database>()));
        services.AddSingleton<AnchorSinks>();
        services.AddSingleton<AuditTools>();
        services.AddSingleton<AnchorRound>();
        services.AddLeasedDuty<KeepCheckpoints>();
        return services;
    }
}
