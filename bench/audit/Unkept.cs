using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Bench.Audit;

/// <summary>A server whose entries are made and kept nowhere: what the rest of it costs. It is composed in this program alone.</summary>
internal static class Unkept
{
    private static readonly Task<Refusal?> Accepted = Task.FromResult<Refusal?>(null);

    public static void Change(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton(new AuditTrail((_, _) => Accepted)));
        services.Replace(ServiceDescriptor.Singleton<LeafLog, Writes>());
    }

    private sealed class Writes : LeafLog
    {
        public override string TablePrefix => "audit_";

        public override ValueTask Append(GroupEnd end, TenantId tenant, IReadOnlyList<Leaf> leaves) => ValueTask.CompletedTask;
    }
}
