using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>
/// <c>POST /api/mail/bounces { addresses }</c>: addresses that came back after the relay had taken the mail, told by a program of the
/// operator that reads the relay's reports, or by an administrator. They count as refused, as if the server had said so at once. The answer
/// does not tell which of them are known.
/// </summary>
internal sealed class TakeBounces(GroupCommit commit)
{
    private const int MaxBytes = 64 * 1024;
    private const int MostAddresses = 200;

    private static readonly SmallJson Body = new(MaxBytes, maxDepth: 3)
    {
        NoJson = Refusals.InvalidRequest, TooLarge = Refusals.TooLarge, BrokenText = Refusals.InvalidRequest,
    };

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/api/mail").RecordsRefusals()
            .MapPost("/bounces", (HttpContext http, TakeBounces use) => use.Run(http))
            .RequireCaller(Role.Service, Role.Admin)
            .Audits(AuditActions.ChangeNotices);

    private async Task<Results<NoContent, ProblemHttpResult>> Run(HttpContext http)
    {
        var body = await Body.Read(http.Request, http.RequestAborted);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        var fields = RequestFields.Read(body.Value, "addresses");
        if (fields.Refusal is { } unknown) return unknown.ToProblem();
        var addresses = fields.Value.Texts("addresses", MostAddresses);
        if (addresses.Refusal is { } malformed) return malformed.ToProblem();
        if (addresses.Value is not { Length: > 0 } given) return FieldRefusals.Missing("addresses").ToProblem();
        if (!given.All(EmailAddress.IsValid)) return FieldRefusals.Wrong("addresses", "e-mail addresses").ToProblem();
        var actor = AuditActor.Of(http);
        var kept = await commit.Write<bool>(
            http.Caller().Tenant,
            async (write, cancel) =>
            {
                foreach (var address in given) await NoticePerson.Refuse(write, address, cancel);
                AuditTrail.Add(write, actor.Entry(AuditActions.ChangeNotices) with { On = "Bounces", Detail = $"addresses={given.Length}" });
                return true;
            },
            http.RequestAborted);
        return kept.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }
}
