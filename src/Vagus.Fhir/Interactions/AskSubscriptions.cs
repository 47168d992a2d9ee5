using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Visibility;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// <c>$status</c> and <c>$events</c> (Subscriptions R5 Backport 1.1.0): how a subscription stands, and what happened, for its owner, who is
/// shown what its rights of now let through, whatever was sent before.
/// </summary>
internal sealed class AskSubscriptions(
    FhirOptions options, FhirCalls calls, Database database, NotifiedEvents events, EventReads reads, TenantPolicies policies,
    AuditTrail audit, IdSource ids, TimeProvider clock)
{
    private const int MostEvents = 1000;
    private static readonly string[] Contents = [Backport.Empty, Backport.IdOnly, Backport.FullResource];

    public async Task<IResult> Status(string? id, HttpContext http)
    {
        var call = calls.Of(http);
        if (FhirReads.RefuseSearch(call, SubscriptionBody.Type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        if (Operations.SubscriptionStatus.RefuseOthers(parameters.Value) is { } unknown) return FhirResponses.Refuse(unknown);
        var own = await database.Query(
            SubscriptionTables.OfOwner, SubscriptionCalls.OwnerIn(call), SubscriptionRow.Of, call.Cancel);
        own.RemoveAll(row => !row.Owner.IsAskedBy(call.Caller));
        if (id is not null && !own.Exists(row => row.Id == id))
            return FhirResponses.Refuse(FhirRefusals.NotFound(SubscriptionBody.Type, id));
        var asked = id is not null ? own.Where(row => row.Id == id) : Filter(own, parameters.Value);
        var statuses = asked
            .Select(row => new Notification(row, Backport.QueryStatus, row.Status, row.Events) { BaseUrl = call.BaseUrl }).ToList();
        var entry = FhirEntries.Of(call, AuditActions.Operation, id is null ? SubscriptionBody.Type : $"{SubscriptionBody.Type}/{id}");
        if (await audit.Append(call.Caller.Tenant, entry with { Detail = "status" }) is { } unrecorded)
            return FhirResponses.Refuse(unrecorded);
        return new FhirResponse(StatusCodes.Status200OK, NotificationBundle.WriteStatuses(statuses, ids.NewId));
    }

    public async Task<IResult> Events(string id, HttpContext http)
    {
        var call = calls.Of(http);
        if (FhirReads.RefuseSearch(call, SubscriptionBody.Type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        if (Operations.SubscriptionEvents.RefuseOthers(parameters.Value) is { } unknown) return FhirResponses.Refuse(unknown);
        var range = RangeOf(parameters.Value);
        if (range.Refusal is { } unclear) return FhirResponses.Refuse(unclear);
        var row = await database.QueryOne(SubscriptionTables.Find, [call.Caller.Tenant.Value, id], SubscriptionRow.Of, call.Cancel);
        // 404: who is told what is no colleague's business.
        if (row is null || !row.Owner.IsAskedBy(call.Caller)) return FhirResponses.Refuse(FhirRefusals.NotFound(SubscriptionBody.Type, id));
        if (!OwnersReach.MayFollow(call.Reach, row.Plan, await policies.Of(row.Tenant, call.Cancel)))
            return FhirResponses.Refuse(FhirRefusals.Forbidden);
        var turn = reads.Begin(call.Caller);
        // Until the answer is with its reader: it is in memory as long.
        http.Response.RegisterForDispose(turn);
        if (!turn.IsAcquired)
        {
            http.Response.Headers.RetryAfter = "1";
            return FhirResponses.Refuse(EventReads.TooMany);
        }

        if (parameters.Value.Text("content") is { } content) row = row with { Plan = row.Plan with { Content = content } };
        var page = await events.Read(call, row, range.Value.First, range.Value.Last, MostEvents);
        var notification = new Notification(row, Backport.QueryEvent, row.Status, row.Events)
        {
            BaseUrl = call.BaseUrl, Events = page.Events,
        };
        var shown = notification.Shown;
        var entry = FhirEntries.OfOperation(call, $"{SubscriptionBody.Type}/{id}", "events", shown) with { Patients = notification.Patients };
        if (await audit.Append(call.Caller.Tenant, entry) is { } unrecorded) return FhirResponses.Refuse(unrecorded);
        return new FhirResponse(StatusCodes.Status200OK, NotificationBundle.Write(notification, ids.NewId(), clock.GetUtcNow()))
        {
            Notice = notification.Content == Backport.FullResource ? page.Notice : null,
        };
    }

    private static IEnumerable<SubscriptionRow> Filter(IEnumerable<SubscriptionRow> own, OperationParameters parameters)
    {
        var (wanted, statuses) = (ListOf(parameters, "id"), ListOf(parameters, "status"));
        return own.Where(row => (wanted.Count == 0 || wanted.Contains(row.Id)) && (statuses.Count == 0 || statuses.Contains(row.Status)));
    }

    internal static List<string> ListOf(OperationParameters parameters, string name) =>
        [.. parameters.Texts(name).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    private static Result<(long First, long Last)> RangeOf(OperationParameters parameters)
    {
        if (parameters.Text("content") is { } content && !Contents.Contains(content))
            return FhirRefusals.Invalid("content is one of empty, id-only, full-resource.");
        if (!TryNumber(parameters.Text("eventsSinceNumber"), 1, out var first)
            || !TryNumber(parameters.Text("eventsUntilNumber"), long.MaxValue, out var last))
            return FhirRefusals.Invalid("eventsSinceNumber and eventsUntilNumber are numbers of events.");
        return (first, last);
    }

    private static bool TryNumber(string? text, long otherwise, out long number)
    {
        number = otherwise;
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
