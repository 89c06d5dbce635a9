using Sparkplug.Broker.Security;
using Sparkplug.Configuration;

namespace Sparkplug.Cli;

/// <summary><c>sparkplug user add|remove|passwd NAME</c> and <c>sparkplug user list</c>: the broker's users file.</summary>
internal static class UserCommand
{
    public const string Usage = """
        sparkplug user add NAME [--role ROLE]
                                     a new user; the password is asked for, or read from the pipe, or made up where it is empty.
                                     ROLE goes to the access file: "edge-node GROUP/NODE", "host HOSTID", monitor, all, "read FILTER", "write FILTER"
        sparkplug user passwd NAME   a new password for a user
        sparkplug user remove NAME
        sparkplug user list
        The files are those of the broker here; --Broker:DataDirectory=DIR, --Broker:UsersFile=FILE and --Broker:AccessFile=FILE name others.
        """;

    public static int Run(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        try
        {
            return CarryOut(args, input, output, errors);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException("Broker:UsersFile", $"cannot be used: {fault.Message}", fault);
        }
    }

    private static int CarryOut(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        string[] words = [.. args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal))];
        switch (words)
        {
            case ["list"]:
                foreach (var name in Open(args[1..]).Users.Names) output.WriteLine(name);
                return 0;
            case ["add", var name]:
                return Set(Open(args[2..]), name, isNew: true, input, output, errors);
            case ["passwd", var name]:
                return Set(Open(args[2..]), name, isNew: false, input, output, errors);
            case ["remove", var name]:
                return Remove(Open(args[2..]), name, output, errors);
            default:
                errors.WriteLine(Usage);
                return 2;
        }
    }

    private static Files Open(string[] options)
    {
        var settings = Settings.Read("Broker", options, "role");
        var folder = settings.Folder("DataDirectory", Settings.DefaultDataDirectory("broker"));
        var file = settings.Folder("UsersFile", Path.Combine(folder, "users"));
        var access = settings.Folder("AccessFile", Path.Combine(folder, "access"));
        settings.ThrowOnFaultsOfPart();
        return new Files(BrokerUsers.Open(file), access, settings.Arguments["role"]);
    }

    private static int Set(Files files, string name, bool isNew, TextReader input, TextWriter output, TextWriter errors)
    {
        var users = files.Users;
        if (users.Names.Contains(name) == isNew)
        {
            errors.WriteLine(isNew ? $"There is a user {name} already; 'sparkplug user passwd {name}' changes the password." : $"There is no user {name}.");
            return 1;
        }
        if (files.Role is not null && !isNew)
        {
            errors.WriteLine($"Only a new user gets a role; for {name}, edit {files.Access}.");
            return 1;
        }
        bool made;
        string password;
        try
        {
            var others = users.Names;
            var access = files.Role is null ? null : AccessFile.WithRole(files.Access, name, files.Role, others); // before anything is changed
            password = AskPassword(name, input, output);
            made = password.Length == 0;
            if (made) password = BrokerUsers.MakeUpPassword();
            users.Add(name, password);
            if (access is not null) AccessFile.Write(files.Access, access);
        }
        catch (ArgumentException fault)
        {
            errors.WriteLine(fault.Message);
            return 1;
        }
        if (made) output.WriteLine($"The password of {name} is {password} (shown this once).");
        output.WriteLine($"{users.Path} is up to date; a running broker reads it at once.");
        if (files.Role is not null) output.WriteLine($"{files.Access} says what {name} may do: {files.Role}.");
        return 0;
    }

    private static int Remove(Files files, string name, TextWriter output, TextWriter errors)
    {
        if (!files.Users.Remove(name))
        {
            errors.WriteLine($"There is no user {name}.");
            return 1;
        }
        output.WriteLine($"Removed {name}; open connections stay until they end, and so do lines for {name} in {files.Access}.");
        return 0;
    }

    private static string AskPassword(string name, TextReader input, TextWriter output)
    {
        if (Console.IsInputRedirected) return input.ReadLine() ?? "";
        output.Write($"Password for {name} (empty: make one up): ");
        var typed = new List<char>();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Count > 0) typed.RemoveAt(typed.Count - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Add(key.KeyChar);
        }
        output.WriteLine();
        return new string([.. typed]);
    }

    /// <param name="Users">The users file.</param>
    /// <param name="Access">The path of the access file.</param>
    /// <param name="Role">What a new user may do; null where nothing is said.</param>
    private sealed record Files(BrokerUsers Users, string Access, string? Role);
}
