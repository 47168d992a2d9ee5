using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Vagus.Access.Vault;

/// <summary>What operators watch of the vault: <c>vagus.vault.*</c>. No label names a tenant.</summary>
internal sealed partial class VaultMeter
{
    public const string Name = "Vagus.Access";
    private readonly Counter<long> broken;
    private readonly ILogger<VaultMeter> logger;

    public VaultMeter(IMeterFactory meters, ILogger<VaultMeter> logger)
    {
        this.logger = logger;
        broken = meters.Create(Name).CreateCounter<long>(
            "vagus.vault.seals.broken", "{envelope}", "Sealed content that did not open, by fault: an alarm.");
    }

    public void Broken(SealFault fault)
    {
        broken.Add(1, new KeyValuePair<string, object?>("fault", fault.ToString()));
        Log.Broken(logger, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "Sealed content did not open: {Fault}. It was changed, moved or cut where it is stored")]
        public static partial void Broken(ILogger logger, SealFault fault);
    }
}
