using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;

// One thread seals and opens texts of 1 KiB and of 1 MiB, beside AES-256-GCM alone. Figures are per second of the process' CPU.
var folder = Directory.CreateTempSubdirectory("vagus-bench-vault-");
try
{
    var services = new ServiceCollection();
    services.AddLogging();
    services.AddSingleton(TimeProvider.System);
    services.AddStorage(new StorageOptions { DataFolder = folder.FullName });
    services.AddAccess(new AccessOptions());
    await using var provider = services.BuildServiceProvider();
    var vault = provider.GetRequiredService<ContentVault>();
    var tenant = new TenantId("bench");
    using var key = (await vault.KeyFor(new KeyScope(tenant, "thread", "t-1"), CancellationToken.None)).Value;
    var place = new SealContext(tenant, "Communication", "m-1", "payload.content") { Thread = "t-1", Sequence = 1 };
    using var gcm = new AesGcm(RandomNumberGenerator.GetBytes(32), 16);
    foreach (var size in (int[])[1 << 10, 1 << 20])
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var envelope = key.Seal(place, ContentKind.Binary, content);
        var (nonce, tag, sealedTo, plain) = (new byte[12], new byte[16], new byte[size], new byte[size]);
        await Row("AES-GCM alone, seal", size, () =>
        {
            RandomNumberGenerator.Fill(nonce);
            gcm.Encrypt(nonce, content, sealedTo, tag);
            return ValueTask.CompletedTask;
        });
        await Row("AES-GCM alone, open", size, () =>
        {
            gcm.Decrypt(nonce, sealedTo, tag, plain);
            return ValueTask.CompletedTask;
        });
        await Row("seal with the key in hand", size, () =>
        {
            key.Seal(place, ContentKind.Binary, content);
            return ValueTask.CompletedTask;
        });
        await Row("open", size, async () => await vault.Open(place, envelope, CancellationToken.None));
    }
}
finally
{
    folder.Delete(recursive: true);
}

static async Task Row(string name, int size, Func<ValueTask> once)
{
    var turns = size > 100_000 ? 300 : 20_000;
    for (var warm = 0; warm < 2; warm++) await Times(turns, once);
    var (count, before) = (0L, Environment.CpuUsage.TotalTime);
    var taken = TimeSpan.Zero;
    while (taken < TimeSpan.FromSeconds(2))
    {
        await Times(turns, once);
        count += turns;
        taken = Environment.CpuUsage.TotalTime - before;
    }

    var rate = count / taken.TotalSeconds;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{size / 1024,5} KiB  {name,-28} {rate,10:N0} /s  {rate * size / 1e6,8:N0} MB/s"));
}

static async ValueTask Times(int turns, Func<ValueTask> once)
{
    for (var turn = 0; turn < turns; turn++) await once();
}
