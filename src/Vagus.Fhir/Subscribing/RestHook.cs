using System.Globalization;
using System.Net;
using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>What became of an attempt.</summary>
internal enum HookAnswer
{
    /// <summary>Any status of success: nothing else of the answer is looked at.</summary>
    Taken,

    /// <summary>An answer that is no success; the next attempt may find another one.</summary>
    Refused,

    /// <summary>The receiver was not reached, or did not answer in time.</summary>
    Unanswered,

    /// <summary>410: the receiver says that it is gone for good.</summary>
    Gone,
}

/// <summary>
/// POSTs a notification to the receiver of a subscription: https only, no redirects, no address of our own network unless the operator says
/// so. What it answers is not read beyond its status.
/// </summary>
internal sealed class RestHook(FhirOptions options, SealedHeaders headers, ResolveHost resolve, TimeProvider clock)
    : IReceiverChannel, IDisposable
{
    public const string Type = "rest-hook";

    /// <summary>The same, as FHIR messages.</summary>
    public const string Message = "message";
    private const string Endpoint = "Subscription.channel.endpoint";
    private const int LongestEndpoint = 2000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(70);

    private readonly HttpClient http = GuardedHttp.Create(
        new OutgoingRules { PrivateToo = options.HooksOnPrivateNetwork, Resolve = resolve, Timeout = Longest });

    public IReadOnlyList<string> Types { get; } = [Type, Message];

    public Refusal? Refuse(string type, JsonElement channel, string endpoint)
    {
        var privateToo = options.HooksOnPrivateNetwork;
        if (!IsReachable(endpoint, privateToo)) return SubscriptionForm.No(Endpoint, "The endpoint is an https address without a user.");
        if (!GuardedHttp.MayLead(new Uri(endpoint), privateToo))
            return SubscriptionForm.No(Endpoint, "The endpoint leads into the own network, or to where no service stands.");
        return type == Message && endpoint.AsSpan().IndexOfAny('?', '#') >= 0
            ? SubscriptionForm.No(Endpoint, "The endpoint of messages is the base of a FHIR server.") : null;
    }

    public async ValueTask<HookAnswer> Send(TakenNotification taken, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(taken.Row.Plan.Attempt);
        try
        {
            using var request = RequestOf(taken);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.IsSuccessStatusCode) return HookAnswer.Taken;
            return answer.StatusCode == HttpStatusCode.Gone ? HookAnswer.Gone : HookAnswer.Refused;
        }
        catch (HttpRequestException)
        {
            return HookAnswer.Unanswered;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return HookAnswer.Unanswered;
        }
    }

    private HttpRequestMessage RequestOf(TakenNotification taken)
    {
        var row = taken.Row;
        var request = new HttpRequestMessage(HttpMethod.Post, row.Plan.Address) { Content = new ByteArrayContent(taken.Body) };
        // As it was asked for, to the letter (requirement 26).
        request.Content.Headers.TryAddWithoutValidation("Content-Type", row.Plan.Payload);
        var kept = headers.Open(row.Tenant, row.Id, row.SealedHeaders);
        foreach (var header in SealedHeaders.HeadersOf(kept))
        {
            var (name, value) = (SubscriptionBody.NameOf(header), SubscriptionBody.ValueOf(header));
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (SealedHeaders.SecretOf(kept) is { } secret)
            request.Headers.Add(RequestSignature.Header, RequestSignature.Of(secret, clock.GetUtcNow(), taken.Body));

        // A receiver knows by it what it has taken already: others may have joined the numbers of an attempt before.
        if (taken.Last > row.Delivered)
            request.Headers.TryAddWithoutValidation(
                "Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{row.Id}-{row.Delivered + 1}-{taken.Last}"));
        if (taken.Notice is { } notice) request.Headers.TryAddWithoutValidation("X-Vagus-Redisclosure-Notice", notice);
        return request;
    }

    private static bool IsReachable(string endpoint, bool privateToo) =>
        endpoint.Length <= LongestEndpoint && Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (privateToo && url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    public void Dispose() => http.Dispose();
}
