using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Bench.Audit;

/// <summary>A server whose entries are made and kept nowhere: what the rest of it costs. It is composed in this program alone.</summary>
internal static class Unkept
{
    public static void Change(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<AuditTrail, Reads>());
        services.Replace(ServiceDescriptor.Singleton<LeafLog, Writes>());
    }

    private sealed class Reads(GroupCommit commit) : AuditTrail(commit)
    {
        private static readonly Task<Refusal?> Kept = Task.FromResult<Refusal?>(null);

        public override Task<Refusal?> Append(TenantId tenant, AuditEntry entry) => Kept;
    }

    private sealed class Writes : LeafLog
    {
        public override string TablePrefix => "audit_";

        public override ValueTask Append(GroupEnd end, TenantId tenant, IReadOnlyList<Leaf> leaves) => ValueTask.CompletedTask;
    }
}
