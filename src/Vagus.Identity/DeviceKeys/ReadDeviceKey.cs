using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.DeviceKeys;

/// <summary>
/// Gives a user the key with which a browser seals what waits there to be sent. It is derived from the tenant's secret, so nothing of it is
/// stored; every sign-in of the user gets the same one until <see cref="DeviceKeyVersion"/> is raised.
/// </summary>
internal static class ReadDeviceKey
{
    private const int IdBytes = 16;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/device-key", Answer)
        .Require(Policy.AnyCaller)
        .Audits(AuditActions.GiveDeviceKey);

    private static async Task<Results<Ok<DeviceKey>, ProblemHttpResult>> Answer(
        HttpContext context, Database database, ContentVault vault, AuditTrail audit, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var version = await DeviceKeyVersion.Of(database, caller.Tenant, caller.User, cancel);
        if (version is not { } current) return Authentication.Unauthenticated.ToProblem();
        // Recorded before the key is given: a key that nobody knows of would open what waits on a stolen device.
        var unrecorded = await audit.Append(caller.Tenant, AuditActor.Of(context).Entry(AuditActions.GiveDeviceKey));
        if (unrecorded is { } refusal) return refusal.ToProblem();
        return TypedResults.Ok(await Derive(vault, caller.Tenant, caller.User, current, cancel));
    }

    private static async ValueTask<DeviceKey> Derive(
        ContentVault vault, TenantId tenant, UserId user, long version, CancellationToken cancel)
    {
        var owner = await vault.DeriveKey(tenant, $"{TenantPurposes.DeviceOwner}/{user}", cancel);
        var key = await vault.DeriveKey(tenant, $"{TenantPurposes.DeviceKey}/{user}/{version}", cancel);
        try
        {
            return new DeviceKey(Text(owner.AsSpan(0, IdBytes)), Text(HMACSHA256.HashData(key, "key-id"u8).AsSpan(0, IdBytes)), Text(key));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>
    /// <c>Key</c>: 256 bits for AES-GCM. <c>KeyId</c> is another one for another key; <c>Owner</c> stays the same for a user and says
    /// nothing of who it is. All in base64url.
    /// </summary>
    internal sealed record DeviceKey(string Owner, string KeyId, string Key);
}
