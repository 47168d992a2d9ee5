using System.Buffers.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using Vagus.Fhir.Reading;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Bundles;

/// <summary>Keeps the reads of a person's batches waiting.</summary>
internal static class BatchTurns
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Takes the turns of the person's reads; disposing of them lets the reads go on.</summary>
    public static async Task<List<IDisposable>> TakeAll(Clinic clinic, Person person)
    {
        var held = new List<IDisposable>();
        for (var turn = 0; turn < person.Server.Options.CostlySearches; turn++)
            held.Add(await person.Server.Get<CostlySearches>().Turn(CallerOf(clinic, person), CancellationToken.None));
        return held;
    }

    /// <summary>Takes them, and lets as many wait as may: whoever asks for a turn now is refused, until this is disposed of.</summary>
    public static async Task<IAsyncDisposable> FillAll(Clinic clinic, Person person)
    {
        var (turns, caller, held) = (person.Server.Get<CostlySearches>(), CallerOf(clinic, person), await TakeAll(clinic, person));
        var over = new CancellationTokenSource();
        return new Full(held, over, [.. Enumerable.Range(0, CostlySearches.Waiting).Select(_ => turns.Turn(caller, over.Token).AsTask())]);
    }

    /// <summary>A patient whom a batch creates needs no turn: when it is there, the batch's reads have asked for theirs.</summary>
    public static async Task UntilWritten(Person person, string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        while ((await person.Get($"Patient?name={name}")).Total == 0) limit.Token.ThrowIfCancellationRequested();
    }

    public static Caller CallerOf(Clinic clinic, Person person)
    {
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(person.Token!.Split('.')[1]));
        return new Caller(clinic.Tenant, new UserId(claims.GetProperty("sub").GetString()!), Role.Provider, new SessionId("s"));
    }

    private sealed class Full(List<IDisposable> held, CancellationTokenSource over, List<Task<RateLimitLease>> waiting) : IAsyncDisposable
    {
        private bool isOver;

        public async ValueTask DisposeAsync()
        {
            if (isOver) return;
            isOver = true;
            await over.CancelAsync();
            held.ForEach(turn => turn.Dispose());
            foreach (var turn in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
            over.Dispose();
        }
    }
}
