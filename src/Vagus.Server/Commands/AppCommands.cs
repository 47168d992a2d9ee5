using System.CommandLine;
using System.Globalization;
using Vagus.Identity.OAuth;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus app add</c>, <c>list</c>, <c>disable</c> and <c>enable</c>: applications that act for users or for themselves.
/// </summary>
internal static class AppCommands
{
    public static Command Create(ServerSettings settings) => new("app", "SMART applications.")
    {
        Add(settings),
        List(settings),
        SetDisabled(settings, "disable", "Takes an application out of use: its tokens die within seconds.", disabled: true),
        SetDisabled(settings, "enable", "Lets a disabled application ask for tokens again.", disabled: false),
    };

    private static Command Add(ServerSettings settings)
    {
        var tenant = Tenant();
        var name = new Option<string>("--name") { Description = "As users see it when they are asked to consent.", Required = true };
        var type = new Option<string>("--type")
        {
            Description = "public, confidential-asymmetric or confidential-symmetric.", DefaultValueFactory = _ => "public",
        };
        var scopes = new Option<string>("--scopes") { Description = "What it may ask for, separated by blanks.", Required = true };
        var redirects = new Option<string[]>("--redirect") { Description = "An exact address that codes may go to; may be repeated." };
        var launch = new Option<string?>("--launch-url") { Description = "Where the health record opens it." };
        var keys = new Option<FileInfo?>("--jwks") { Description = "A file with its public keys, a JSON Web Key Set." };
        var address = new Option<string?>("--jwks-url") { Description = "Where its public keys are published." };
        var sensitive = new Option<bool>("--sees-sensitive") { Description = "Its service account may see records with a restricted label." };
        var add = new Command("add", "Registers an application and prints its client id, and its secret once.")
        {
            tenant, name, type, scopes, redirects, launch, keys, address, sensitive,
        };
        add.SetAction(async (parsed, cancel) =>
        {
            var app = new NewApp(parsed.GetRequiredValue(name), parsed.GetRequiredValue(type), parsed.GetRequiredValue(scopes))
            {
                RedirectUris = parsed.GetValue(redirects) ?? [],
                LaunchUrl = parsed.GetValue(launch),
                Jwks = parsed.GetValue(keys) is { } file ? await File.ReadAllTextAsync(file.FullName, cancel) : null,
                JwksUrl = parsed.GetValue(address),
                SeesSensitive = parsed.GetValue(sensitive),
            };
            return await OperatorScope.Run(
                settings.Read(parsed),
                provider => provider.GetRequiredService<Apps>().Add(new TenantId(parsed.GetRequiredValue(tenant)), app, by: null, cancel),
                Print,
                cancel);
        });
        return add;
    }

    private static Command List(ServerSettings settings)
    {
        var tenant = Tenant();
        var list = new Command("list", "Lists the applications of an organization.") { tenant };
        list.SetAction((parsed, cancel) => OperatorScope.Run<IReadOnlyList<AppView>>(
            settings.Read(parsed),
            async provider =>
                (await provider.GetRequiredService<Apps>().List(new TenantId(parsed.GetRequiredValue(tenant)), cancel)).ToList(),
            all =>
            {
                foreach (var app in all)
                {
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{app.ClientId} {app.Type} {(app.Disabled ? "disabled" : "enabled")} {app.CreatedAt:O} {app.Name}: {app.Scopes}"));
                }
            },
            cancel));
        return list;
    }

    private static Command SetDisabled(ServerSettings settings, string verb, string description, bool disabled)
    {
        var tenant = Tenant();
        var id = new Argument<string>("client-id") { Description = "The application's client id." };
        var command = new Command(verb, description) { id, tenant };
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<Apps>().Disable(
                new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(id), disabled, by: null, cancel),
            done => Console.WriteLine($"app {done} {verb}d"),
            cancel));
        return command;
    }

    private static void Print(RegisteredApp made)
    {
        Console.WriteLine($"client {made.ClientId}");
        if (made.ClientSecret is { } secret) Console.WriteLine($"secret {secret}");
    }

    private static Option<string> Tenant() => new("--tenant") { Required = true };
}
