using System.Security.Cryptography;
using System.Text;
using OtpNet;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>
/// Ten codes of 80 bits for the day on which the phone is lost, each good for one sign-in. Only an HMAC under a key derived from the root
/// key is stored: 80 random bits need no slow hash.
/// </summary>
internal sealed class RecoveryCodes(RootKey root)
{
    public const int Count = 10;
    private const int Bytes = 10;
    private const int Characters = 16;
    private const string Purpose = "recovery-code";

    /// <summary>New codes in place of all that there were.</summary>
    public async ValueTask<IReadOnlyList<string>> Renew(WriteTransaction write, UserId user, CancellationToken cancel)
    {
        await write.Execute(DeleteAll, [write.Tenant.Value, user.Value], cancel);
        var codes = Enumerable.Range(0, Count).Select(_ => Base32Encoding.ToString(RandomNumberGenerator.GetBytes(Bytes))).ToArray();
        var key = root.Derive(Purpose);
        foreach (var code in codes)
            write.Insert(Rows, write.Tenant.Value, user.Value, HashOf(key, write.Tenant, user, code), write.At.ToMicroseconds());
        return [.. codes.Select(code => string.Join('-', code.Chunk(4).Select(part => new string(part))))];
    }

    public async ValueTask<bool> Spend(WriteTransaction write, UserId user, string code, CancellationToken cancel)
    {
        var plain = code.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (plain.Length != Characters) return false;
        // A code that was printed before a rotation of the root key is known by the version of then.
        foreach (var key in root.DeriveEach(Purpose))
        {
            var hash = HashOf(key, write.Tenant, user, plain);
            if (await write.Execute(SpendOne, [write.At.ToMicroseconds(), write.Tenant.Value, user.Value, hash], cancel) == 1) return true;
        }

        return false;
    }

    public static ValueTask DeleteOf(WriteTransaction write, UserId user, CancellationToken cancel) =>
        write.Queue(DeleteAll, [write.Tenant.Value, user.Value], cancel);

    public static async ValueTask<int> Left(Database database, TenantId tenant, UserId user, CancellationToken cancel) =>
        (int)await database.QueryOne(CountLeft, [tenant.Value, user.Value], row => row.GetInt64(0), cancel);

    private static string HashOf(byte[] key, TenantId tenant, UserId user, string code) =>
        Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant.Value}/{user.Value}/{code}")));

    private static readonly InsertInto Rows = new(
        "access_recovery_code",
        ("tenant_id", ColumnType.Text),
        ("user_id", ColumnType.Text),
        ("code_hash", ColumnType.Text),
        ("made_at", ColumnType.BigInt));

    private static readonly Statement DeleteAll = new("""
        delete from access_recovery_code
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement SpendOne = new("""
        update access_recovery_code
        set used_at = @used_at
        where tenant_id = @tenant_id
          and user_id = @user_id
          and code_hash = @code_hash
          and used_at is null
        """);

    private static readonly Statement CountLeft = new("""
        select count(*)
        from access_recovery_code
        where tenant_id = @tenant_id
          and user_id = @user_id
          and used_at is null
        """);
}
