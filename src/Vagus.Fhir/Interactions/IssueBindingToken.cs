using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// <c>$get-ws-binding-token</c> (Subscriptions R5 Backport 1.1.0): a token that binds websocket subscriptions of the caller to one socket,
/// once and within seconds.
/// </summary>
internal sealed class IssueBindingToken(FhirOptions options, FhirCalls calls, Database database, ConnectionTickets tickets)
{
    public async Task<IResult> Answer(string? id, HttpContext http)
    {
        var call = calls.Of(http);
        if (FhirReads.RefuseSearch(call, SubscriptionBody.Type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var admission = http.Features.GetRequiredFeature<Admission>();
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        if (Operations.SocketToken.RefuseOthers(parameters.Value) is { } unknown) return FhirResponses.Refuse(unknown);
        List<string> asked = id is not null ? [id] : [.. AskSubscriptions.ListOf(parameters.Value, "id").Distinct(StringComparer.Ordinal)];
        var own = await database.Query(
            SubscriptionTables.OfOwner, SubscriptionCalls.OwnerIn(call), SubscriptionRow.Of, call.Cancel);
        var found = own.FindAll(row => row is { Pushes: false, IsActive: true } && row.Owner.IsAskedBy(call.Caller)
            && (asked.Count == 0 || asked.Contains(row.Id)));
        if (found.Count == 0 || found.Count < asked.Count) return FhirResponses.Refuse(NotBound);
        if (found.Count > SubscriptionSockets.Most) return FhirResponses.Refuse(TooManyBound);
        var entry = FhirEntries.Of(call, AuditActions.IssueTicket, id is null ? SubscriptionBody.Type : $"{SubscriptionBody.Type}/{id}");
        var words = SubscriptionSockets.WordsOf(found);
        var ticket = await tickets.IssueFor(words, admission, entry, call.Cancel);
        if (ticket.Refusal is { } none) return FhirResponses.Refuse(none);
        var answer = new ParametersAnswer()
            .Text("token", ticket.Value.Ticket)
            .Add("expiration", "valueDateTime", StoredBody.InstantText(ticket.Value.ExpiresAt));
        foreach (var row in found) answer.Text("subscription", row.Id);
        return answer.Add("websocket-url", "valueUrl", SocketAddressOf(call.BaseUrl)).ToResponse();
    }

    /// <summary>Beside the FHIR base: <c>wss://host/ws/fhir</c>.</summary>
    private static string SocketAddressOf(string baseUrl)
    {
        var root = baseUrl[..^"/fhir".Length];
        return $"ws{root["http".Length..]}/ws/fhir";
    }

    private static readonly Refusal NotBound = new(
        RefusalKind.NotFound, "not-found", "There is no such active subscription of the caller with the channel websocket.");

    private static readonly Refusal TooManyBound = FhirRefusals.TooCostly(
        $"A token binds at most {SubscriptionSockets.Most} subscriptions: name them by id.");
}
