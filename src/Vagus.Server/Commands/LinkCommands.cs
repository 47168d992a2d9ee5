using System.CommandLine;
using Vagus.Identity.Administration;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus user link</c> and <c>unlink</c>: which user a subject of an OpenID provider is.</summary>
internal static class LinkCommands
{
    private delegate ValueTask<Result<UserId>> Change(
        LinkUser links, TenantId tenant, UserId user, string issuer, string subject, CancellationToken cancel);

    public static void AddTo(Command user, ServerSettings settings)
    {
        user.Add(Create(
            settings, "link", "Lets a user in with tokens of an OpenID provider.", "linked",
            (links, tenant, id, issuer, subject, cancel) => links.Link(tenant, id, issuer, subject, cancel)));
        user.Add(Create(
            settings, "unlink", "Ends what link allowed, and the user's sessions.", "unlinked",
            (links, tenant, id, issuer, subject, cancel) => links.Unlink(tenant, id, issuer, subject, cancel)));
    }

    private static Command Create(ServerSettings settings, string name, string description, string done, Change change)
    {
        var who = new Argument<string>("user") { Description = "Its id or e-mail." };
        var tenant = new Option<string>("--tenant") { Required = true };
        var issuer = new Option<string>("--issuer") { Description = "As in VAGUS_OPENID_PROVIDERS.", Required = true };
        var subject = new Option<string>("--subject") { Description = "The sub of its tokens.", Required = true };
        var command = new Command(name, description) { who, tenant, issuer, subject };
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            async provider =>
            {
                var of = new TenantId(parsed.GetRequiredValue(tenant));
                var found = await provider.GetRequiredService<FindUser>().Find(of, parsed.GetRequiredValue(who), cancel);
                if (found.Refusal is { } refusal) return refusal;
                var links = provider.GetRequiredService<LinkUser>();
                return await change(
                    links, of, found.Value, parsed.GetRequiredValue(issuer), parsed.GetRequiredValue(subject), cancel);
            },
            user => Console.WriteLine($"user {user} {done}"),
            cancel));
        return command;
    }
}
