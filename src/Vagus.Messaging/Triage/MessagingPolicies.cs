using System.Collections.Concurrent;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Triage;

/// <summary>The tenants' settings of messages. They are read anew each time, and understood anew when they have changed.</summary>
internal sealed class MessagingPolicies(TenantSettings settings)
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<TenantId, (string Text, MessagingPolicy Policy)> understood = new();

    public async ValueTask<MessagingPolicy> Of(TenantId tenant, CancellationToken cancel) =>
        Understand(tenant, await settings.Read(tenant, MessagingPolicy.Setting, cancel));

    /// <summary>The same inside a write, of the write's own tenant.</summary>
    public async ValueTask<MessagingPolicy> Of(WriteTransaction write, CancellationToken cancel) =>
        Understand(write.Tenant, await TenantSettings.Read(write, MessagingPolicy.Setting, cancel));

    /// <summary>A setting that cannot be read, which the command line or an older version may have stored, counts as none.</summary>
    private MessagingPolicy Understand(TenantId tenant, JsonElement? setting)
    {
        if (setting is not { } given) return MessagingPolicy.Default;
        var text = given.GetRawText();
        if (understood.TryGetValue(tenant, out var known) && known.Text == text) return known.Policy;
        var read = MessagingPolicy.Read(given);
        var policy = read.IsRefused ? MessagingPolicy.Default : read.Value;
        if (understood.Count >= Most) understood.Clear();
        understood[tenant] = (text, policy);
        return policy;
    }
}
