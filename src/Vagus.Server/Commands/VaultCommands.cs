using System.CommandLine;
using System.Globalization;
using Vagus.Access.Vault;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus keys status</c>, <c>verify</c>, <c>rotate-root</c>, <c>rotate-secrets</c>, <c>rotate-tenant</c> and <c>rotate-scope</c>.
/// Rotations may be ended at any time and go on when called again; servers serve meanwhile.
/// </summary>
internal static class VaultCommands
{
    public static void AddTo(Command keys, ServerSettings settings)
    {
        keys.Add(Status(settings));
        keys.Add(Verify(settings));
        keys.Add(RotateRoot(settings));
        keys.Add(RotateSecrets(settings));
        keys.Add(RotateTenant(settings));
        keys.Add(RotateScope(settings));
    }

    private static Command Status(ServerSettings settings)
    {
        var command = new Command("status", "Lists the tenants' keys: tenant, version, state, root key, wraps, data keys, age in days.");
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting<List<TenantKeyStatus>>(
            settings.Read(parsed),
            async provider => await provider.GetRequiredService<KeyStatus>().List(cancel),
            all => all.ForEach(each => Console.WriteLine(Line(each, TimeProvider.System.GetUtcNow()))),
            cancel));
        return command;
    }

    private static string Line(TenantKeyStatus key, DateTimeOffset now)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{key.Tenant} {key.Version} {key.State} {key.Root} {key.Wraps} {key.DataKeys} {(int)(now - key.MadeAt).TotalDays}");
        if (key.IsRotationUnfinished) return line + " rotation unfinished: call keys rotate-tenant";
        return key.IsRotationDue(now) ? line + " rotation due" : line;
    }

    private static Command Verify(ServerSettings settings)
    {
        var sample = new Option<long>("--sample")
        {
            Description = "Data keys to open of each tenant's key. Default 1000.", DefaultValueFactory = _ => 1_000,
        };
        var command = new Command("verify", "Opens the tenants' keys and a sample of their data keys. Ends with 1 when one does not open.")
        {
            sample,
        };
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting<long>(
            settings.Read(parsed),
            async provider =>
            {
                var found = await provider.GetRequiredService<VerifyKeys>().Verify(parsed.GetValue(sample), cancel);
                foreach (var fault in found.Faults) await Console.Error.WriteLineAsync(fault);
                return found.Faults.Count == 0 ? found.Opened : Broken(found.Faults.Count);
            },
            opened => Console.WriteLine($"{opened} data keys open"),
            cancel));
        return command;
    }

    private static Refusal Broken(int count) => new(RefusalKind.Conflict, "keys_broken", $"{count} data keys do not open.");

    private static Command RotateRoot(ServerSettings settings)
    {
        var command = new Command(
            "rotate-root", "A new version of the root key, or a move to the provider that wraps now: wraps the tenants' keys anew.");
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting(
            settings.Read(parsed),
            provider => provider.GetRequiredService<RotateRoot>().Rotate(new PrintedProgress(), cancel),
            done => Console.WriteLine($"root key {Told(done)}"),
            cancel));
        return command;
    }

    private static Command RotateSecrets(ServerSettings settings)
    {
        var command = new Command(
            "rotate-secrets",
            "A new version of the root key's file: seals anew what the database keeps under it, such as signing keys and the seeds of one-time codes.");
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting(
            settings.Read(parsed),
            provider => provider.GetRequiredService<RotateSecrets>().Rotate(new PrintedProgress(), cancel),
            done => Console.WriteLine($"root key {done.Name} seals now; {Counted(done, "secrets sealed anew")}"),
            cancel));
        return command;
    }

    private static Command RotateTenant(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var command = new Command("rotate-tenant", "A new key of the tenant: wraps its data keys anew and destroys the old key.") { tenant };
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting(
            settings.Read(parsed),
            provider => provider.GetRequiredService<RotateTenant>()
                .Rotate(new TenantId(parsed.GetRequiredValue(tenant)), new PrintedProgress(), cancel),
            done => Console.WriteLine($"tenant key {Told(done)}"),
            cancel));
        return command;
    }

    private static Command RotateScope(ServerSettings settings)
    {
        var scope = new ScopeOptions();
        var command = new Command("rotate-scope", "A new data key for a thread or file, from now on; what is sealed stays as it is.");
        scope.AddTo(command);
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting(
            settings.Read(parsed),
            provider => provider.GetRequiredService<RotateScope>().Rotate(scope.Read(parsed), cancel),
            id => Console.WriteLine($"data key {id} seals from now on"),
            cancel));
        return command;
    }

    private static string Told(RotationDone done) => $"{done.Name} wraps now; {Counted(done, "keys moved")}";

    private static string Counted(RotationDone done, string what) => string.Create(
        CultureInfo.InvariantCulture, $"{done.Moved} {what}{(done.WentOn ? ", rotation finished" : "")}");

    /// <summary>At most one line a second, on standard error: standard output has the result.</summary>
    private sealed class PrintedProgress : IProgress<KeyProgress>
    {
        private long next;

        public void Report(KeyProgress value)
        {
            var now = TimeProvider.System.GetTimestamp();
            if (now < next) return;
            next = now + TimeProvider.System.TimestampFrequency;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Done} of {value.Total}"));
        }
    }
}
