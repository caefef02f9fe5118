<?php
declare(strict_types=1);

/** The server for PHPUnit: started by the first test that needs it, stopped when PHP exits. */
final class Intercom
{
    private static ?string $url = null;

    public static function url(): string
    {
        return self::$url ??= self::start();
    }

    public static function token(): string
    {
        return 'test-' . bin2hex(random_bytes(8));
    }

    private static function start(): string
    {
        $command = [getenv('INTERCOM_MOCK') ?: 'intercom-mock', '--port', '0'];
        $server = proc_open($command, [1 => ['pipe', 'w']], $pipes);
        register_shutdown_function(static function () use ($server): void {
            proc_terminate($server);
            proc_close($server);
        });
        return json_decode((string) fgets($pipes[1]), true, flags: JSON_THROW_ON_ERROR)['url'];
    }
}
