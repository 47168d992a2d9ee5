using Vagus.Kernel;

namespace Vagus.Care.OnCall;

/// <summary>The duties of a schedule. The names are in databases and on the wire.</summary>
internal static class Duty
{
    /// <summary>The provider who takes what no other provider can be named for.</summary>
    public const string Provider = "provider";

    /// <summary>Takes what the provider did not answer.</summary>
    public const string BackupProvider = "backup_provider";

    public const string ChargeNurse = "charge_nurse";

    /// <summary>Calls on the telephone whom the screens did not reach.</summary>
    public const string Operator = "operator";

    /// <summary>Those who may answer an alert, and so may have a duty.</summary>
    public static readonly Role[] Roles = [Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin];

    public static readonly IReadOnlyList<string> All = [Provider, BackupProvider, ChargeNurse, Operator];
}
