using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Vagus.Access.Sessions;
using Vagus.Fhir.Subscribing;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Gateways.WebSocket;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Gateways.FhirSockets;

/// <summary>
/// One socket of FHIR subscriptions: one loop reads what is bound, one says what there is to say. What is not said yet stands in the log: a
/// client that reads slowly is read for at its own pace. The socket ends with the session or the token by which it was bound; a client that
/// binds again before goes on.
/// </summary>
internal sealed partial class FhirSocket : IDisposable
{
    private const string Command = "bind-with-token";

    // So many frames of one subscription, and then it is the turn of the others.
    private const int MostInTurn = 16;

    // Signs of life, and ends that no hint tells of, are looked at so often.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(5);

    private readonly WebSocketConnection connection;
    private readonly SocketShares shares;
    private readonly SubscriptionSockets subscriptions;
    private readonly Authentication sessions;
    private readonly RealtimeOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<string, Line> lines = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1);
    private readonly SemaphoreSlim hints = new(0);
    private long keptAt;

    public FhirSocket(
        (WebSocketConnection Connection, SocketShares Shares) socket, SubscriptionSockets subscriptions, Authentication sessions,
        RealtimeOptions options, TimeProvider clock, ILogger logger)
    {
        ((connection, shares), this.subscriptions, this.sessions) = (socket, subscriptions, sessions);
        (this.options, this.clock, this.logger, keptAt) = (options, clock, logger, clock.GetTimestamp());
        sessions.Ended += OnEnded;
    }

    public async Task Run()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(connection.Gone);
        var saying = SayUntilOver(over.Token);
        try
        {
            await Read();
        }
        finally
        {
            await over.CancelAsync();
            await saying;
            // Also a client that closes drops what comes behind its close, and what lay unread.
            foreach (var line in lines.Values) await line.Subscription.Keep(Unanswered, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        sessions.Ended -= OnEnded;
        foreach (var line in lines.Values) line.Dispose();
    }

    // Longer than a client that reads nothing is kept: what left before that has arrived.
    private TimeSpan Unanswered => 3 * options.HeartbeatInterval;

    private async Task Read()
    {
        using var first = CancellationTokenSource.CreateLinkedTokenSource(connection.Gone);
        first.CancelAfter(options.AuthenticateWithin);
        var isBound = false;
        while (true)
        {
            string? text;
            try
            {
                text = await connection.ReadText(isBound ? connection.Gone : first.Token);
            }
            catch (OperationCanceledException) when (!isBound && !connection.Gone.IsCancellationRequested)
            {
                connection.Outgoing.Close(WebSocketClose.Unauthenticated, "unauthenticated");
                return;
            }

            if (text is null) return;
            if (await BindWith(text) is { } refusal)
            {
                // A socket that has shown a token that is not good is told nothing more, whatever it was bound to before.
                connection.Outgoing.Close(WebSocketClose.Of(refusal), refusal.Code);
                return;
            }

            isBound = true;
        }
    }

    // The guide writes both: with a blank, and in one place with a colon.
    private static string TokenIn(string text) =>
        text.StartsWith(Command, StringComparison.Ordinal) ? text[Command.Length..].TrimStart(':', ' ').TrimEnd() : "";

    /// <summary>Spends the token of the message and binds its subscriptions; why not, where it does not.</summary>
    private async ValueTask<Refusal?> BindWith(string text)
    {
        var bound = await subscriptions.Bind(TokenIn(text), connection.Origin, connection.Gone);
        if (bound.Refusal is { } refused) return refused;
        return shares.Enter(connection, bound.Value.Caller) ?? await Bind(bound.Value.Bound);
    }

    private async ValueTask<Refusal?> Bind(IReadOnlyList<BoundSubscription> bound)
    {
        await turn.WaitAsync(connection.Gone);
        try
        {
            var leftOut = new List<string>();
            foreach (var each in bound)
            {
                if (lines.TryRemove(each.Id, out var before))
                {
                    each.GoOnFrom(before.Subscription);
                    before.Dispose();
                }

                if (lines.Count >= options.MaxSubscriptions)
                {
                    leftOut.Add(each.Id);
                    continue;
                }

                var handshake = await each.Handshake();
                if (handshake.Refusal is { } unaudited) return unaudited;
                connection.Outgoing.Send(handshake.Value);
                lines[each.Id] = new Line(each, Hint);
            }

            // It would live without a session to end with.
            if (lines.IsEmpty) return Authentication.Unauthenticated;
            if (bound.Count > 0) await EndWithSession(bound[0].Admission.Caller);
            if (leftOut.Count > 0) connection.Outgoing.Send(BoundSubscription.LeftOut(leftOut, options.MaxSubscriptions));
        }
        finally
        {
            turn.Release();
        }

        Hint();
        return null;
    }

    /// <summary>The session may have ended before its lines were here to be found by <see cref="OnEnded"/>.</summary>
    private async ValueTask EndWithSession(Caller caller)
    {
        if (!await sessions.IsLive(caller.Tenant, caller.Session, connection.Gone)) Close(Closing.SessionEnded);
    }

    /// <summary>The top of the saying loop: a socket that cannot be told anything any more is closed, to come back.</summary>
    private async Task SayUntilOver(CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await hints.WaitAsync(Turn, cancel);
                await turn.WaitAsync(cancel);
                try
                {
                    if (!await SayAll(cancel)) return;
                }
                finally
                {
                    turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
        catch (Exception cause)
        {
            Log.Failed(logger, FailureName.Of(cause));
            connection.Outgoing.Close(WebSocketClose.Restart, "restart");
        }
    }

    /// <summary>False when the socket is being closed.</summary>
    private async ValueTask<bool> SayAll(CancellationToken cancel)
    {
        foreach (var line in lines.Values)
        {
            if (line.Subscription.Admission.ExpiresAt + options.ExpiryGrace <= clock.GetUtcNow()) return Close(Closing.TokenExpired);
            if (line.IsDue() && !await SayOne(line, cancel)) return false;
        }

        if (clock.GetElapsedTime(keptAt) < KeepEvery) return true;
        keptAt = clock.GetTimestamp();
        foreach (var line in lines.Values) await line.Subscription.Keep(Unanswered, cancel);
        return true;
    }

    private async ValueTask<bool> SayOne(Line line, CancellationToken cancel)
    {
        for (var frames = 0; frames < MostInTurn; frames++)
        {
            if (await line.Subscription.Next(cancel) is not { } news) return true;
            var said = line.Subscription;
            if (!connection.Outgoing.Send(news.Frame, () => said.Left(news))) return false;
            if (!await connection.Outgoing.WaitForRoom(cancel)) return false;
            if (news.IsOver) return Drop(line);
        }

        // There may be more: at the next turn, which comes at once.
        line.Hint();
        Hint();
        return true;
    }

    /// <summary>False when it was the last line: a socket without one would live without a session to end with.</summary>
    private bool Drop(Line line)
    {
        lines.TryRemove(line.Subscription.Id, out _);
        line.Dispose();
        if (!lines.IsEmpty) return true;
        connection.Outgoing.Close(WebSocketClose.Restart, "restart");
        return false;
    }

    private bool Close(Closing why)
    {
        var (code, text) = CloseReasons.Of(why);
        connection.Outgoing.Close((WebSocketCloseStatus)code, text);
        return false;
    }

    private void OnEnded(SessionEnd end)
    {
        foreach (var line in lines.Values)
        {
            var caller = line.Subscription.Admission.Caller;
            if (caller.Tenant == end.Tenant && caller.Session == end.Session) Close(Closing.SessionEnded);
        }
    }

    private void Hint() => hints.Release();

    /// <summary>A subscription on this socket, and whether somebody has hinted that there is something to say.</summary>
    private sealed class Line : IDisposable
    {
        private readonly IDisposable watching;
        private int isHinted = 1;

        public Line(BoundSubscription subscription, Action wake)
        {
            Subscription = subscription;
            watching = subscription.Watch(() =>
            {
                if (Interlocked.Exchange(ref isHinted, 1) == 0) wake();
            });
        }

        public BoundSubscription Subscription { get; }

        public void Hint() => Interlocked.Exchange(ref isHinted, 1);

        public bool IsDue() => Interlocked.Exchange(ref isHinted, 0) == 1 || Subscription.IsDue;

        public void Dispose() => watching.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A socket of FHIR subscriptions cannot be told anything ({Cause}): its client comes back")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
