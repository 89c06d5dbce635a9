using Microsoft.Extensions.Hosting;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>
/// There is no default password: a broker that starts without a user and without anonymous access makes one user with a random
/// password and shows it once, on the console and nowhere else.
/// </summary>
internal sealed class FirstUser(BrokerConfig config, BrokerUsers users, TextWriter console) : IHostedService
{
    private const string Name = "sparkplug";

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.AllowAnonymous || users.Names.Count > 0)
            return Task.CompletedTask;
        var password = BrokerUsers.MakeUpPassword();
        try
        {
            users.Add(Name, password);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException("Broker:UsersFile", $"cannot be written: {fault.Message}", fault);
        }

        console.WriteLine($"First start: made the user {Name} with the password {password}");
        console.WriteLine($"It is shown this once; only a hash of it is kept, in {users.Path}");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
