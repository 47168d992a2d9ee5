using System.CommandLine;
using Vagus.Access.Audit;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus user list</c> and <c>vagus user invite</c>.</summary>
internal static class StaffCommands
{
    public static void AddTo(Command user, ServerSettings settings)
    {
        user.Add(List(settings));
        user.Add(Invite(settings));
    }

    private static Command List(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var role = new Option<string?>("--role") { Description = "Of this role alone." };
        role.AcceptOnlyFromAmong([.. Roles.Names]);
        var list = new Command("list", "Lists users: id, role, e-mail, and 'disabled'.") { tenant, role };
        list.SetAction((parsed, cancel) => OperatorScope.Run<List<AdministeredUser>>(
            settings.Read(parsed),
            async provider => await All(
                provider.GetRequiredService<ListUsers>(), new TenantId(parsed.GetRequiredValue(tenant)),
                Roles.Parse(parsed.GetValue(role)), cancel),
            all => all.ForEach(each => Console.WriteLine($"{each.Id} {each.Role} {each.Email}{(each.Disabled ? " disabled" : "")}")),
            cancel));
        return list;
    }

    private static Command Invite(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var email = new Option<string>("--email") { Required = true };
        var name = new Option<string>("--name") { Description = "As others see it.", Required = true };
        var role = new Option<string>("--role") { Description = string.Join(", ", Roles.Names), Required = true };
        role.AcceptOnlyFromAmong([.. Roles.Names]);
        var practitioner = new Option<string?>("--practitioner") { Description = "The id of the user's own Practitioner." };
        var code = new Option<bool>("--code") { Description = "Prints a code to hand over instead of sending a mail." };
        var invite = new Command("invite", "Adds a member of staff, who chooses the password. A running server sends the mail.")
        {
            tenant, email, name, role, practitioner, code,
        };
        invite.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<InviteUser>().Invite(
                AuditActor.Operator,
                new NewUser(
                    new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(email), parsed.GetRequiredValue(name),
                    Roles.Parse(parsed.GetRequiredValue(role))!.Value)
                {
                    Practitioner = parsed.GetValue(practitioner),
                },
                byMail: !parsed.GetValue(code),
                cancel),
            Print,
            cancel));
        return invite;
    }

    private static void Print(InvitedUser invited)
    {
        Console.WriteLine($"user {invited.User} added");
        PortalCommands.Print(invited.Invitation);
    }

    private static async ValueTask<List<AdministeredUser>> All(ListUsers users, TenantId tenant, Role? role, CancellationToken cancel)
    {
        var all = new List<AdministeredUser>();
        UserPage page;
        do
        {
            page = await users.List(tenant, new UserFilter(role, After: all.LastOrDefault()?.Id, Limit: UserFilter.MaxLimit), cancel);
            all.AddRange(page.Items);
        }
        while (page.Next is not null);
        return all;
    }
}
