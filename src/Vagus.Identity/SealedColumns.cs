using Vagus.Access.Vault;
using Vagus.Identity.BreakingGlass;
using Vagus.Identity.Keys;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Identity.SecondFactors;

namespace Vagus.Identity;

/// <summary>
/// What this room keeps under the root key. Not here: a refresh token's successor (seconds) and the state of an authorization (minutes).
/// </summary>
internal static class SealedColumns
{
    public static readonly SealedColumn[] All =
    [
        new("access_signing_key", "private_key", "kid", SigningKeys.Purpose, ofTenants: false) { IsWatched = true },
        new("access_factor", "seed", "factor_id", OneTimeCodes.Purpose, "tenant_id || '/' || user_id || '/' || factor_id"),
        new("access_preference", "sealed_phone", "user_id", PreferenceStore.Purpose, "tenant_id || '/' || user_id"),
        new("access_push_subscription", "sealed", "subscription_id", PushSubscriptions.Purpose),
        new("access_push_key", "sealed_private", "key_id", PushKeys.Purpose, ofTenants: false),
        new("access_break_glass", "reason", "glass_id", BreakTheGlass.ReasonPurpose),
        new("access_break_glass", "note", "glass_id", ReviewBreakGlass.NotePurpose),
        new("access_delivery", "sealed_token", "delivery_id", QueueMail.Purpose),
    ];
}
