using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.Passwords;
using Vagus.Identity.Recovery;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;

namespace Vagus.Identity.Portal;

/// <summary>
/// An invited patient shows the token and its birth date, chooses a password and is signed in. The birth date is compared with the record
/// as it is now; after five wrong ones the token is void.
/// </summary>
internal sealed class ActivateAccount(
    OneTimeTokens tokens,
    IReadPatients patients,
    SignInThrottle throttle,
    CreateAccount create,
    SignIn signIn)
{
    private static readonly string[] Fields = ["token", "birthDate", "password"];

    public static void Map(IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPost(
            "/activate",
            (HttpContext context, ActivateAccount activate, CancellationToken cancel) => activate.Answer(context, path, cancel))
            .AllowAnyone("the token of the invitation is the credential")
            .Audits(AuditActions.ActivateAccount);

    private async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Answer(HttpContext context, string path, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var asked = await ReadBody(context.Request, cancel);
        if (asked.Refusal is { } unreadable) return unreadable.ToProblem();

        var client = ClientFacts.Of(context);
        var outcome = await Activate(context, asked.Value, client, cancel);
        return outcome.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Ok(signIn.Welcome(context, (Door.Patient, path), outcome.Value, client));
    }

    private static async ValueTask<Result<Activation>> ReadBody(HttpRequest request, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable;
        var token = fields.Value.Text("token");
        if (token.Refusal is { } noToken) return noToken;
        var birthDate = fields.Value.Text("birthDate");
        if (birthDate.Refusal is { } noDate) return noDate;
        var password = fields.Value.Text("password", PasswordRules.MaxBytes);
        return password.Refusal is { } noPassword ? noPassword : new Activation(token.Value, birthDate.Value, password.Value);
    }

    private async ValueTask<Result<SignedIn>> Activate(
        HttpContext context, Activation asked, ClientFacts client, CancellationToken cancel)
    {
        if (!await throttle.Enter(SecretHash.Of(asked.Token), client.Network, cancel)) return Refusals.TooManyAttempts;
        // Before the birth date: a password that is too short takes none of the tries.
        if (PasswordRules.Check(asked.Password) is { } weak) return weak;

        var token = await tokens.Find(asked.Token, cancel);
        if (token is not { Purpose: TokenPurpose.PortalInvitation } invitation) return Refusals.InvalidToken;
        context.Concerns(new AuditSubject(invitation.Tenant) { Patient = new PatientId(invitation.Subject) });
        var patient = await patients.Find(invitation.Tenant, new PatientId(invitation.Subject), cancel);
        if (patient is null) return Refusals.InvalidToken;
        if (await create.Try(invitation, Equal(patient.BirthDate, asked.BirthDate), cancel) is { } wrong) return wrong;

        var account = await create.Create(client.Actor, invitation, patient, asked.Password, cancel);
        if (account.Refusal is { } refusal) return refusal;
        return await signIn.Open(new ProvenUser(account.Value, NewHash: null), SignInProof.Password, client, cancel);
    }

    private static bool Equal(string? recorded, string given) =>
        recorded is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(recorded), Encoding.UTF8.GetBytes(given));

    private sealed record Activation(string Token, string BirthDate, string Password);
}
