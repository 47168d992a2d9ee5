using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Tests.Vault;
using Vagus.Access.Vault;

namespace Vagus.Access.Tests.KeyUpkeep;

/// <summary>
/// Seals and opens in many scopes until it is stopped, on two nodes whose caches are emptied all the time: most calls read the keys'
/// tables. Any refusal or exception fails <see cref="Stop"/>.
/// </summary>
internal sealed class SealingLoad : IAsyncDisposable
{
    private const int Workers = 4;
    private const int Scopes = 150;
    private readonly CancellationTokenSource stopping = new();
    private readonly ServiceProvider other;
    private readonly List<Task<int>> workers;
    private readonly TaskCompletionSource warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int done;

    public SealingLoad(TestVault vault)
    {
        other = vault.NewNode();
        ContentVault[] nodes = [vault.Vault, other.GetRequiredService<ContentVault>()];
        workers = [.. Enumerable.Range(0, Workers).Select(at => Task.Run(() => Work(vault, nodes, new Random(at))))];
    }

    /// <summary>As soon as every scope is likely to have a key.</summary>
    public Task Warm => Task.WhenAny([warm.Task, .. workers]);

    public async Task<int> Stop()
    {
        await stopping.CancelAsync();
        return (await Task.WhenAll(workers)).Sum();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(workers).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await other.DisposeAsync();
        stopping.Dispose();
    }

    private async Task<int> Work(TestVault vault, ContentVault[] nodes, Random random)
    {
        var count = 0;
        for (; !stopping.IsCancellationRequested; count++)
        {
            var (thread, text) = ($"t-{random.Next(Scopes)}", $"text {count}");
            var place = TestVault.Message(thread, count);
            var envelope = await nodes[random.Next(2)].Seal(
                TestVault.Thread(thread), place, ContentKind.Text, Encoding.UTF8.GetBytes(text), CancellationToken.None);
            var opened = await nodes[random.Next(2)].Open(place, envelope.Value, CancellationToken.None);
            if (Encoding.UTF8.GetString(opened.Value) != text) throw new InvalidDataException("Another text came back.");
            // Expires what the caches hold.
            if (random.Next(10) == 0) vault.Clock.Advance(TimeSpan.FromMinutes(random.Next(5) == 0 ? 61 : 2));
            if (Interlocked.Increment(ref done) > 5 * Scopes) warm.TrySetResult();
        }

        return count;
    }
}
