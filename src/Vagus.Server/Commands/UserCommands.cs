using System.CommandLine;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus user add</c>. The password is read from standard input, or made here and shown once; never an argument, which others could
/// see.
/// </summary>
internal static class UserCommands
{
    public static Command Create(ServerSettings settings)
    {
        var user = new Command("user", "People and services that sign in.");
        user.Add(Add(settings));
        StaffCommands.AddTo(user, settings);
        ChangeUserCommands.AddTo(user, settings);
        LinkCommands.AddTo(user, settings);
        return user;
    }

    private static Command Add(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var email = new Option<string>("--email") { Required = true };
        var name = new Option<string>("--name") { Description = "As others see it.", Required = true };
        var role = new Option<string>("--role") { Description = string.Join(", ", Roles.Names), Required = true };
        var id = new Option<string?>("--id") { Description = "An id of your choice; otherwise one is made." };
        var patient = new Option<string?>("--patient") { Description = "For the role patient: the id of its Patient." };
        var practitioner = new Option<string?>("--practitioner") { Description = "The id of the user's own Practitioner." };
        var labels = new LabelOptions();
        var stdin = new Option<bool>(
            "--password-stdin") { Description = "Reads the password from standard input; otherwise one is made and printed once." };
        role.AcceptOnlyFromAmong([.. Roles.Names]);
        var add = new Command("add", "Adds a user.") { tenant, email, name, role, id, patient, practitioner, stdin };
        labels.AddTo(add);
        add.SetAction(async (parsed, cancel) =>
        {
            var added = new NewUser(
                new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(email), parsed.GetRequiredValue(name),
                Roles.Parse(parsed.GetRequiredValue(role))!.Value)
            {
                Id = parsed.GetValue(id),
                Patient = parsed.GetValue(patient) is { } patientId ? new PatientId(patientId) : null,
                Practitioner = parsed.GetValue(practitioner),
                SeesLabels = labels.In(parsed),
                Password = parsed.GetValue(stdin) ? await Console.In.ReadLineAsync(cancel) : null,
            };
            return await OperatorScope.Run(
                settings.Read(parsed), provider => provider.GetRequiredService<AddUser>().Add(added, cancel), Print, cancel);
        });
        return add;
    }

    private static void Print(AddedUser added)
    {
        Console.WriteLine($"user {added.User} added");
        if (added.GeneratedPassword is { } password) Console.WriteLine($"password {password}");
    }
}
