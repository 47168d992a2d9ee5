using System.CommandLine;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>The options that name what shares a data key.</summary>
internal sealed class ScopeOptions
{
    private readonly Option<string> tenant = new("--tenant") { Required = true };
    private readonly Option<string> type = new("--type") { Description = "Such as thread or file.", Required = true };
    private readonly Option<string> id = new("--id") { Description = "The id of the thread or file.", Required = true };

    public void AddTo(Command command)
    {
        command.Add(tenant);
        command.Add(type);
        command.Add(id);
    }

    public KeyScope Read(ParseResult parsed) =>
        new(new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(type), parsed.GetRequiredValue(id));
}
