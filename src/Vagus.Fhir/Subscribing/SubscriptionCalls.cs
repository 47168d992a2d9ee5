using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>The calls that are made for subscriptions without a request.</summary>
internal static class SubscriptionCalls
{
    /// <summary>As this the audit and the log know what the server does to a subscription by itself.</summary>
    private const string Author = "subscriptions";

    public static Caller ServerOf(TenantId tenant) => Caller.OfServer(tenant, Author);

    /// <summary>The values of <see cref="SubscriptionTables.OfOwner"/> for those of the caller.</summary>
    public static object?[] OwnerIn(FhirCall call) =>
    [
        call.Caller.Tenant.Value, call.Caller.User.Value, call.Caller.App?.Id ?? "", call.Caller.App?.Patient?.Value ?? "",
    ];

    public static FhirCall AsServer(TenantId tenant, FhirOptions options, OwnBases own, TimeProvider clock, CancellationToken cancel) =>
        FhirCall.AsServer(
            ServerOf(tenant) with { SeesLabels = Sensitivity.All },
            AuditOrigin.Unknown, options, own, clock, cancel);

    /// <summary>As the owner, whose rights decide about what a receiver is told.</summary>
    public static FhirCall AsOwner(
        SubscriptionRow subscription, Reach reach, FhirOptions options, OwnBases own, TimeProvider clock, CancellationToken cancel) =>
        new(reach.Caller, reach, options.BaseUrl ?? subscription.Plan.BaseUrl, own.With(subscription.Plan.BaseUrl), clock)
        {
            Bodies = new BodyBudget(options.AnswerBytes), Cancel = cancel,
            Origin = AuditOrigin.Unknown with { Client = subscription.Owner.App?.Id },
        };
}
