using System.CommandLine;
using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus service add</c>, <c>add-secret</c>, <c>revoke-secret</c> and <c>secrets</c>: accounts of programs.</summary>
internal static class ServiceCommands
{
    public static Command Create(ServerSettings settings) => new("service", "Service accounts and their client secrets.")
    {
        Add(settings),
        AddSecret(settings),
        Revoke(settings),
        List(settings),
    };

    private static Command Add(ServerSettings settings)
    {
        var (id, tenant) = Names();
        var name = new Option<string>("--name") { Description = "As others see it.", Required = true };
        var labels = new LabelOptions();
        var expires = Expires();
        var add = new Command("add", "Adds a service account and prints its first secret once.") { id, tenant, name, expires };
        labels.AddTo(add);
        add.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<ServiceAccounts>().Add(
                AuditActor.Operator,
                new TenantId(parsed.GetRequiredValue(tenant)),
                new NewServiceAccount(parsed.GetRequiredValue(name))
                {
                    Id = parsed.GetRequiredValue(id),
                    SeesLabels = labels.In(parsed),
                    ExpiresAt = parsed.GetValue(expires),
                },
                cancel),
            Print,
            cancel));
        return add;
    }

    private static Command AddSecret(ServerSettings settings)
    {
        var (id, tenant) = Names();
        var expires = Expires();
        var add = new Command("add-secret", "Makes one more secret and prints it once.") { id, tenant, expires };
        add.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<ServiceAccounts>().AddSecret(
                AuditActor.Operator, new TenantId(parsed.GetRequiredValue(tenant)), new UserId(parsed.GetRequiredValue(id)),
                parsed.GetValue(expires), cancel),
            Print,
            cancel));
        return add;
    }

    private static Command Revoke(ServerSettings settings)
    {
        var (id, tenant) = Names();
        var secret = new Option<string>("--secret") { Description = "The secret's id.", Required = true };
        var revoke = new Command("revoke-secret", "Ends a secret at once.") { id, tenant, secret };
        revoke.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<ServiceAccounts>().RevokeSecret(
                AuditActor.Operator, new TenantId(parsed.GetRequiredValue(tenant)), new UserId(parsed.GetRequiredValue(id)),
                parsed.GetRequiredValue(secret), cancel),
            done => Console.WriteLine($"secret {done} revoked"),
            cancel));
        return revoke;
    }

    private static Command List(ServerSettings settings)
    {
        var (id, tenant) = Names();
        var list = new Command("secrets", "Lists the secrets of an account: id, since when, until when.") { id, tenant };
        list.SetAction((parsed, cancel) => OperatorScope.Run<List<ServiceSecretView>>(
            settings.Read(parsed),
            async provider => await provider.GetRequiredService<ServiceAccounts>().Secrets(
                new TenantId(parsed.GetRequiredValue(tenant)), new UserId(parsed.GetRequiredValue(id)), cancel),
            all => all.ForEach(secret => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{secret.SecretId} {secret.CreatedAt:O}..{secret.ExpiresAt:O}"))),
            cancel));
        return list;
    }

    private static void Print(ServiceSecret made)
    {
        Console.WriteLine($"client {made.ClientId}");
        Console.WriteLine($"secret-id {made.SecretId}");
        Console.WriteLine($"secret {made.ClientSecret}");
    }

    private static (Argument<string> Id, Option<string> Tenant) Names() => (
        new Argument<string>("id") { Description = "The account's id, which is its client id." },
        new Option<string>("--tenant") { Required = true });

    private static Option<DateTimeOffset?> Expires() =>
        new("--expires") { Description = "When the secret ends. Default: when it is revoked." };
}
