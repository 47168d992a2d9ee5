using System.CommandLine;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// What an operator changes about a user. Every change ends the user's sessions: running servers on the same database learn of it within
/// seconds, refuse the old tokens and close the user's sockets.
/// </summary>
internal static class ChangeUserCommands
{
    private delegate ValueTask<Result<UserId>> Change(ChangeUser users, TenantId tenant, UserId user, CancellationToken cancel);

    private delegate ValueTask<Result<UserId>> ChangeOfProxy(
        ChangeUser users, TenantId tenant, UserId user, PatientId patient, CancellationToken cancel);

    public static void AddTo(Command user, ServerSettings settings)
    {
        user.Add(Plain(
            settings,
            "disable",
            "Lets a user sign in no more.",
            "disabled",
            (users, tenant, id, cancel) => users.Disable(tenant, id, cancel)));
        user.Add(Plain(
            settings,
            "enable",
            "Lets a disabled user sign in again.",
            "enabled",
            (users, tenant, id, cancel) => users.Enable(tenant, id, cancel)));
        user.Add(Plain(
            settings,
            "end-sessions",
            "Signs a user out everywhere.",
            "signed out everywhere",
            (users, tenant, id, cancel) => users.EndSessions(tenant, id, cancel)));
        user.Add(SetRole(settings));
        user.Add(SetSensitive(settings));
        user.Add(SetLabels(settings));
        user.Add(Proxy(
            settings,
            "grant-proxy",
            "Lets a patient's user act for another patient.",
            (users, tenant, id, patient, cancel) => users.GrantProxy(tenant, id, patient, cancel)));
        user.Add(Proxy(
            settings,
            "revoke-proxy",
            "Ends what grant-proxy allowed.",
            (users, tenant, id, patient, cancel) => users.RevokeProxy(tenant, id, patient, cancel)));
    }

    private static Command SetRole(ServerSettings settings)
    {
        var role = new Option<string>("--role") { Description = string.Join(", ", Roles.Names), Required = true };
        role.AcceptOnlyFromAmong([.. Roles.Names]);
        return Create(
            settings,
            "set-role",
            "Gives a member of staff another role. Staff never become patients, nor patients staff.",
            "has another role",
            parsed => (users, tenant, id, cancel) => users.SetRole(tenant, id, Roles.Parse(parsed.GetRequiredValue(role))!.Value, cancel),
            role);
    }

    private static Command SetSensitive(ServerSettings settings)
    {
        var allowed = new Option<bool>("--allowed") { Description = "true or false.", Required = true, Arity = ArgumentArity.ExactlyOne };
        return Create(
            settings,
            "set-sensitive",
            "Gives or takes the permission to see records with a restricted label.",
            "has another permission",
            parsed => (users, tenant, id, cancel) => users.SetLabels(
                tenant, id, parsed.GetRequiredValue(allowed) ? Sensitivity.All : Sensitivity.None, cancel),
            allowed);
    }

    private static Command SetLabels(ServerSettings settings)
    {
        var labels = LabelOptions.Labels(required: true);
        return Create(
            settings,
            "set-labels",
            "Gives the permission to see records with labels of these categories, and of no others.",
            "has another permission",
            parsed => (users, tenant, id, cancel) => users.SetLabels(tenant, id, parsed.GetValue(labels), cancel),
            labels);
    }

    private static Command Proxy(ServerSettings settings, string name, string does, ChangeOfProxy change)
    {
        var patient = new Option<string>("--patient") { Description = "The id of the other patient's Patient.", Required = true };
        return Create(
            settings,
            name,
            does,
            "acts for other patients than before",
            parsed => (users, tenant, id, cancel) => change(users, tenant, id, new PatientId(parsed.GetRequiredValue(patient)), cancel),
            patient);
    }

    private static Command Plain(ServerSettings settings, string name, string does, string done, Change change) =>
        Create(settings, name, does, done, _ => change);

    private static Command Create(
        ServerSettings settings, string name, string does, string done, Func<ParseResult, Change> change, params Option[] options)
    {
        var who = new Argument<string>("user") { Description = "The user's id or e-mail." };
        var tenant = new Option<string>("--tenant") { Required = true };
        var command = new Command(name, does) { who, tenant };
        foreach (var option in options) command.Add(option);
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider =>
                Apply(provider, new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(who), change(parsed), cancel),
            user => Console.WriteLine($"user {user} {done}"),
            cancel));
        return command;
    }

    private static async ValueTask<Result<UserId>> Apply(
        IServiceProvider provider, TenantId tenant, string who, Change change, CancellationToken cancel)
    {
        var user = await provider.GetRequiredService<FindUser>().Find(tenant, who, cancel);
        if (user.Refusal is { } refusal) return refusal;
        return await change(provider.GetRequiredService<ChangeUser>(), tenant, user.Value, cancel);
    }
}
