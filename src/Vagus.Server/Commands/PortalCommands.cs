using System.CommandLine;
using System.Globalization;
using Vagus.Identity.Administration;
using Vagus.Identity.People;
using Vagus.Identity.Portal;
using Vagus.Identity.Recovery;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus patient invite</c>, <c>grant-proxy</c>, <c>revoke-proxy</c> and <c>proxies</c>: portal accounts and who acts for whom.
/// </summary>
internal static class PortalCommands
{
    public static Command Create(ServerSettings settings) => new("patient", "Portal accounts of patients, and who acts for them.")
    {
        Invite(settings),
        Grant(settings),
        Revoke(settings),
        List(settings),
    };

    private static Command Invite(ServerSettings settings)
    {
        var (patient, tenant) = Names();
        var email = new Option<string>("--email") { Required = true };
        var code = new Option<bool>("--code") { Description = "Prints a code to hand over instead of sending a mail." };
        var invite = new Command("invite", "Invites a patient to open a portal account. A running server sends the mail.")
        {
            patient, tenant, email, code,
        };
        invite.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<InvitePatient>().Invite(
                new TenantId(parsed.GetRequiredValue(tenant)), new PatientId(parsed.GetRequiredValue(patient)),
                parsed.GetRequiredValue(email), byMail: !parsed.GetValue(code), cancel),
            invitation => Print(invitation),
            cancel));
        return invite;
    }

    internal static void Print(Invitation invitation)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"invited until {invitation.ExpiresAt:O}"));
        if (invitation.Code is { } code) Console.WriteLine($"code {code}");
    }

    private static Command Grant(ServerSettings settings)
    {
        var (patient, tenant) = Names();
        var user = new Option<string>("--user") { Description = "The id or e-mail of the portal user who acts.", Required = true };
        var relationship = new Option<string>("--relationship")
        {
            Description = string.Join(", ", ProxyTerms.Relationships), Required = true,
        };
        relationship.AcceptOnlyFromAmong([.. ProxyTerms.Relationships]);
        var from = new Option<DateTimeOffset?>("--from") { Description = "When it begins. Default: now." };
        var until = new Option<DateTimeOffset?>("--until") { Description = "When it ends. Default: when it is revoked." };
        var grant = new Command("grant-proxy", "Lets a portal user act for a patient.") { patient, tenant, user, relationship, from, until };
        grant.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => OfUser(
                provider, new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(user),
                (users, where, who) => users.GrantProxy(
                    where, who, new PatientId(parsed.GetRequiredValue(patient)),
                    new ProxyTerms(parsed.GetRequiredValue(relationship)) { From = parsed.GetValue(from), Until = parsed.GetValue(until) },
                    cancel),
                cancel),
            who => Console.WriteLine($"user {who} acts for the patient"),
            cancel));
        return grant;
    }

    private static Command Revoke(ServerSettings settings)
    {
        var (patient, tenant) = Names();
        var user = new Option<string>("--user") { Description = "The id or e-mail of the portal user.", Required = true };
        var revoke = new Command("revoke-proxy", "Ends what grant-proxy allowed, and the user's sessions.") { patient, tenant, user };
        revoke.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => OfUser(
                provider, new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(user),
                (users, where, who) => users.RevokeProxy(where, who, new PatientId(parsed.GetRequiredValue(patient)), cancel), cancel),
            who => Console.WriteLine($"user {who} acts for the patient no more"),
            cancel));
        return revoke;
    }

    private static Command List(ServerSettings settings)
    {
        var (patient, tenant) = Names();
        var list = new Command("proxies", "Lists who acts for a patient: user, relationship, from, until.") { patient, tenant };
        list.SetAction((parsed, cancel) => OperatorScope.Run<List<ProxyView>>(
            settings.Read(parsed),
            async provider => await provider.GetRequiredService<ListProxies>().OfPatient(
                new TenantId(parsed.GetRequiredValue(tenant)), new PatientId(parsed.GetRequiredValue(patient)), cancel),
            all => all.ForEach(proxy => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{proxy.UserId} {proxy.Relationship} {proxy.From:O}..{proxy.Until:O}"))),
            cancel));
        return list;
    }

    private static async ValueTask<Result<UserId>> OfUser(
        IServiceProvider provider, TenantId tenant, string who,
        Func<ChangeUser, TenantId, UserId, ValueTask<Result<UserId>>> change, CancellationToken cancel)
    {
        var user = await provider.GetRequiredService<FindUser>().Find(tenant, who, cancel);
        return user.Refusal is { } refusal ? refusal : await change(provider.GetRequiredService<ChangeUser>(), tenant, user.Value);
    }

    private static (Argument<string> Patient, Option<string> Tenant) Names() => (
        new Argument<string>("patient") { Description = "The id of the Patient." }, new Option<string>("--tenant") { Required = true });
}
